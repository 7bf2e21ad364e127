import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestPlatform } from "../../../test/platform.ts";
import type { TestClient, TestPlatform } from "../../../test/platform.ts";
import { runSkerry } from "../../../test/skerry-process.ts";
import { UsageError } from "../command.ts";
import { events } from "./events-publish.ts";

let skerry: TestPlatform;
let acme: TestClient & { readonly key: string };
let folder: string;

beforeAll(async () => {
  skerry = await createTestPlatform();
  acme = await skerry.createTenant("acme");
  folder = await mkdtemp(join(tmpdir(), "skerry-events-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await skerry[Symbol.asyncDispose]();
});

const publish = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  runSkerry(["events", "publish", ...args], {
    env: { SKERRY_URL: `${skerry.url}/`, SKERRY_API_KEY: acme.key, ...env },
  });

test("an event is stored at the server that the environment names, its payload from a file", async () => {
  const file = join(folder, "payload.json");
  await writeFile(file, '{"total": 7}');
  const end = await publish(["order.created", "--payload", `@${file}`, "--id", "order-7"]);
  expect(end).toEqual({ exitCode: 0, stdout: "order-7\n", stderr: "" });
  const stored = await acme.request("GET", "/api/v1/events/order-7");
  expect(stored).toMatchObject({
    status: 200,
    body: { type: "order.created", payload: { total: 7 }, depth: 0 },
  });
});

test("options name another server and key, and the answer may be JSON", async () => {
  const env = { SKERRY_URL: "http://127.0.0.1:9", SKERRY_API_KEY: "another" };
  const end = await publish(["paid", "--url", skerry.url, "--key", acme.key, "--json"], env);
  expect(end).toMatchObject({ exitCode: 0, stderr: "" });
  const report = JSON.parse(end.stdout) as { readonly output: { readonly ids: readonly string[] } };
  expect(report).toEqual({
    status: "completed",
    output: { accepted: 1, ids: [expect.any(String)] },
    error: null,
  });
  expect(await acme.request("GET", `/api/v1/events/${report.output.ids[0]}`)).toMatchObject({ status: 200 });
});

describe("an event that is not published", () => {
  test("tells why the server refused it, exit 1", async () => {
    expect(await publish(["paid"], { SKERRY_API_KEY: "sk_wrong" })).toMatchObject({
      exitCode: 1,
      stdout: "",
      stderr: expect.stringMatching(/^KEY_INVALID: .+\n {2}Hint: .+\n$/) as string,
    });
  });

  test("for want of quota, exit 3", async () => {
    const poor = await skerry.createTenant("poor");
    await skerry.operator.request("PATCH", "/api/v1/tenants/poor", { quotas: { requestsPerMinute: 0 } });
    const { exitCode, stdout } = await publish(["paid", "--json"], { SKERRY_API_KEY: poor.key });
    expect(exitCode).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      status: "failed",
      output: null,
      error: { code: "QUOTA_EXCEEDED", hint: expect.stringMatching(/^Try again in \d+ s\.$/) as string },
    });
  });

  test("for there is no such server, or it is another one, exit 1", async () => {
    const other = createServer((_request, response) => response.end('{"ids": 1}'));
    other.listen(0, "127.0.0.1");
    await once(other, "listening");
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    for (const code of ["REMOTE_ANSWER", "REMOTE_UNREACHABLE"]) {
      const { exitCode, stderr } = await publish(["paid"], { SKERRY_URL: url });
      expect({ exitCode, stderr }).toEqual({
        exitCode: 1,
        stderr: expect.stringContaining(code) as string,
      });
      if (other.listening) await other[Symbol.asyncDispose]();
    }
  });

  test.each([
    ["no type", []],
    ["two types", ["paid", "sent"]],
    ["a type that is none", ["Order Paid"]],
    ["a payload that is no JSON", ["paid", "--payload", "{"]],
    ["a payload that is not there", ["paid", "--payload", "@/nowhere/at/all"]],
    ["a URL that is none", ["paid", "--url", "ftp://example.com"]],
    ["a key of two words", ["paid", "--key", "a b"]],
    ["an option that is none", ["paid", "--depth", "3"]],
  ])("for %s is given is wrong usage", async (_, args) => {
    await expect(events.run(["publish", ...args])).rejects.toThrow(UsageError);
  });
});
