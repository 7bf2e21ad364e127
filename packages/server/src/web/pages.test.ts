import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { createVisitors } from "../../test/browser/visitors.ts";
import type { Visitors } from "../../test/browser/visitors.ts";
import { createTestPlatform } from "../../test/platform.ts";
import type { TestPlatform } from "../../test/platform.ts";
import { readForm } from "./form.ts";

let skerry: TestPlatform;
let visitors: Visitors;

beforeAll(async () => {
  skerry = await createTestPlatform();
  visitors = await createVisitors(skerry);
});
afterAll(() => skerry[Symbol.asyncDispose]());

test("pages run scripts of this server alone, stand in no frame, and are kept by nobody", async () => {
  for (const [visitor, path] of [
    ["admin", "/t/acme/scripts"],
    ["admin", "/t/acme/nothing"],
    ["operator", "/operator"],
    ["nobody", "/sign-in"],
    ["nobody", "/"],
  ] as const) {
    const { headers } = await visitors.ask(visitor, path);
    const policy = headers.get("content-security-policy") ?? "";
    expect([path, policy]).toEqual([path, expect.stringContaining("default-src 'self'")]);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/script-src|unsafe-eval|https?:|\*/);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("cache-control")).toBe("no-store");
  }
});

test("the language is the one that was chosen, else the first that the browser asks for and that is there", async () => {
  const ask = async (headers: Record<string, string>): Promise<string> => {
    const page = await (await visitors.ask("nobody", "/sign-in", { headers })).text();
    return /<html lang="(\w+)"/.exec(page)?.[1] ?? "";
  };
  expect(await ask({})).toBe("en");
  expect(await ask({ "accept-language": "de-DE, ru;q=0.8, en;q=0.7" })).toBe("ru");
  expect(await ask({ "accept-language": "ru;q=0.1, en-GB;q=0.2" })).toBe("en");
  expect(await ask({ "accept-language": "ru", cookie: "skerry_language=en" })).toBe("en");
  expect(await ask({ "accept-language": "x".repeat(5_000), cookie: "skerry_language=%3Cscript%3E" })).toBe(
    "en",
  );
});

test("a toast that another page left is text, once, and nothing else", async () => {
  const toast = JSON.stringify({ text: "<b>deleted</b>", kind: "done" });
  const response = await fetch(`${skerry.url}/t/acme/scripts`, {
    headers: {
      cookie: `skerry_session=${visitors.sessionOf("admin")}; skerry_toast=${encodeURIComponent(toast)}`,
    },
  });
  expect(await response.text()).toContain("&lt;b&gt;deleted&lt;/b&gt;");
  expect(response.headers.get("set-cookie")).toMatch(/skerry_toast=;.*Max-Age=0/);
  const broken = await fetch(`${skerry.url}/t/acme/scripts`, {
    headers: { cookie: `skerry_session=${visitors.sessionOf("admin")}; skerry_toast=%7B` },
  });
  expect(broken.status).toBe(200);
});

const anything = z.record(z.string(), z.union([z.string(), z.array(z.string())]));

function form(body: string, type = "application/x-www-form-urlencoded"): Request {
  return new Request("http://localhost/", { method: "POST", headers: { "content-type": type }, body });
}

test("a form's fields are texts and lists of texts, with the ends of lines that the author typed", async () => {
  const fields = await readForm(form("a=1&b=x&b=y&source=one%0D%0Atwo&__proto__=z"), anything);
  expect(fields).toEqual({ a: "1", b: ["x", "y"], source: "one\ntwo" });
});

test.each([
  ["of another type", form("{}", "application/json"), "BODY_TYPE"],
  ["with files", form("--x--", "multipart/form-data; boundary=x"), "BODY_TYPE"],
  ["with too many fields", form("a=1&".repeat(1_001)), "INPUT_INVALID"],
  ["that is too large", form(`a=${"x".repeat(4 * 1024 * 1024)}`), "BODY_LIMIT"],
])("a form %s is refused", async (_, request, code) => {
  await expect(readForm(request, anything)).rejects.toMatchObject({ code });
});
