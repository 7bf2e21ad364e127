import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestPlatform } from "../../../test/platform.ts";
import type { TestClient, TestPlatform } from "../../../test/platform.ts";
import { EXAMPLES } from "./examples.ts";

let skerry: TestPlatform;
let acme: TestClient & { readonly key: string };

beforeAll(async () => {
  skerry = await createTestPlatform();
  acme = await skerry.createTenant("acme");
});
afterAll(() => skerry[Symbol.asyncDispose]());

async function evaluate(form: Record<string, string>, key = acme.key) {
  const answer = await fetch(`${skerry.url}/t/acme/playground`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "hx-request": "true" },
    body: new URLSearchParams({ mode: "expression", data: "", ...form }),
  });
  return { status: answer.status, url: answer.headers.get("hx-replace-url"), text: await answer.text() };
}

describe("the playground", () => {
  test.each([
    ["'a' + 1", "Text", "&quot;a1&quot;"],
    ["[1, 2].length", "Number", "2"],
    ["[]", "List", "[]"],
    ["({})", "Object", "{}"],
    ["undefined", "No value", "null"],
    ["1 < 2", "Boolean", "true"],
    ["'</pre><script>'", "Text", "&lt;/pre&gt;&lt;script&gt;"],
  ])("shows what %s gives, and its type", async (code, type, value) => {
    const { status, text } = await evaluate({ code });
    expect(status).toBe(200);
    expect(text).toMatch(new RegExp(`id="result-type">\\s*${type}`));
    expect(text).toContain(value);
    expect(text).not.toContain("<html");
  });

  test("marks the place of an error", async () => {
    const { text } = await evaluate({ code: "1 + $json.missing.field + 2", data: '{ "$json": {} }' });
    expect(text).toContain("EXPRESSION_FAILED");
    expect(text).toMatch(/1 \+ <mark>\$json\.missing\.field<\/mark> \+ 2|<mark>1 \+ \$json/);
    expect((await evaluate({ mode: "template", code: "a\nb {{ 1 + }}" })).text).toContain("Line 2");
  });

  test("tells what of the data is read, also where the evaluation fails", async () => {
    const { text } = await evaluate({
      code: "$json.items.map((item) => item.sku) + $json.user.name",
      data: "{}",
    });
    expect(text).toContain("$json.items[].sku");
    expect(text).toContain("$json.user.name");
  });

  test.each([
    [{ code: "1", data: "{" }, "INPUT_INVALID"],
    [{ code: "1", data: "[]" }, "INPUT_INVALID"],
    [{ code: "1", timezone: "Mars/Olympus" }, "EXPRESSION_TIMEZONE"],
    [{ code: "x".repeat(70_000) }, "INPUT_INVALID"],
    [{ code: "(() => { for (;;); })()" }, "EXPRESSION_TIMEOUT"],
  ])("shows what is wrong with %j", async (form, code) => {
    expect(await evaluate(form)).toMatchObject({ status: 200, text: expect.stringContaining(code) });
  });

  test("can be shared by its address, unless that becomes too long", async () => {
    const { url } = await evaluate({ code: "$json.a + 1", data: '{ "$json": { "a": 41 } }' });
    const shared = await fetch(skerry.url + url, { headers: { authorization: `Bearer ${acme.key}` } });
    const page = await shared.text();
    expect(page).toContain("42");
    expect(page).toContain("$json.a + 1");
    const long = await evaluate({ code: "1", data: JSON.stringify({ text: "x".repeat(8_000) }) });
    expect(long.url).toBe("/t/acme/playground");
  });

  test("has examples that work", async () => {
    for (const { mode, code, data } of EXAMPLES) {
      const { text } = await evaluate({ mode, code, data });
      expect(text).toContain("result-type");
    }
  });

  test("needs the permission to run scripts", async () => {
    const scopes = ["scripts.read"];
    const { body } = await acme.request("POST", "/api/v1/api-keys", { name: "reader", scopes });
    expect((await evaluate({ code: "1" }, body.key)).status).toBe(403);
  });
});
