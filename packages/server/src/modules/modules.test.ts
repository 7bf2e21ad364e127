import manifest from "luxon/package.json" with { type: "json" };
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestPlatform } from "../../test/platform.ts";
import type { Answer, TestClient, TestPlatform } from "../../test/platform.ts";
import { loadPackages } from "./packages.ts";
import type { UsedModule } from "./used-module.ts";

interface Body {
  readonly code: string;
  readonly detail: string;
  readonly output: unknown;
  readonly activeVersion: number;
  readonly modules: readonly UsedModule[];
  readonly error: { readonly stack: string };
  readonly errors: readonly { readonly line: number; readonly column: number }[];
  readonly items: readonly object[];
  readonly packages: readonly object[];
  readonly more: boolean;
  readonly text: string;
  readonly missingSecrets: readonly string[];
  readonly created: readonly string[];
  readonly scripts: readonly object[];
}

let skerry: TestPlatform;
let acme: TestClient;
let globex: TestClient;

beforeAll(async () => {
  const packages = await loadPackages([{ name: "luxon", version: manifest.version }]);
  skerry = await createTestPlatform({ packages });
  acme = await skerry.createTenant("acme");
  globex = await skerry.createTenant("globex");
});

afterAll(() => skerry[Symbol.asyncDispose]());

async function ask(client: TestClient, method: string, path: string, body?: unknown): Promise<Answer<Body>> {
  return await client.request<Body>(method, `/api/v1${path}`, body);
}

async function create(client: TestClient, name: string, type: string, source: string): Promise<Body> {
  const { status, body, text } = await ask(client, "POST", "/scripts", { name, type, source });
  if (status !== 201) throw new Error(text);
  return body;
}

async function runScript(client: TestClient, name: string, version?: number): Promise<Body> {
  const { body } = await ask(
    client,
    "POST",
    `/scripts/${name}/execute`,
    version === undefined ? {} : { version },
  );
  return body;
}

const nameVersions = ({ modules }: Body) =>
  modules.map(({ name, version, outdated }) => `${name} ${version}${outdated ? " outdated" : ""}`);

describe("a tenant's library", () => {
  test("is imported as it is when the importer is published, and stays so", async () => {
    await create(acme, "pricing", "library", "export const rate = 1;");
    const shop = await create(
      acme,
      "shop",
      "oneoff",
      'import { rate } from "@tenant/pricing"; export default () => rate;',
    );
    expect(nameVersions(shop)).toEqual(["@tenant/pricing 1"]);
    expect(shop.modules[0]?.checksum).toMatch(/^[0-9a-f]{64}$/);

    await ask(acme, "PATCH", "/scripts/pricing", { source: "export const rate = 2;" });
    expect(nameVersions((await ask(acme, "GET", "/scripts/shop")).body)).toEqual([
      "@tenant/pricing 1 outdated",
    ]);
    expect((await runScript(acme, "shop")).output).toBe(1);

    const renewed = await ask(acme, "POST", "/scripts/shop/republish");
    expect(renewed.body).toMatchObject({ activeVersion: 2 });
    expect(nameVersions(renewed.body)).toEqual(["@tenant/pricing 2"]);
    expect((await runScript(acme, "shop")).output).toBe(2);
    expect((await ask(acme, "POST", "/scripts/shop/republish")).body.activeVersion).toBe(2);

    await ask(acme, "POST", "/scripts/shop/publish", { version: 1 });
    expect((await runScript(acme, "shop")).output).toBe(1);
    expect(nameVersions((await ask(acme, "GET", "/scripts/shop/versions/1")).body)).toEqual([
      "@tenant/pricing 1 outdated",
    ]);
  });

  test("brings its own libraries along; a draft takes them as they are published", async () => {
    await create(acme, "base", "library", "export const base = 3;");
    await create(
      acme,
      "middle",
      "library",
      'import { base } from "@tenant/base"; export const middle = base * 2;',
    );
    const source = 'import { middle } from "@tenant/middle"; export default () => middle;';
    const top = await create(acme, "top", "oneoff", source);
    expect(nameVersions(top)).toEqual(["@tenant/base 1", "@tenant/middle 1"]);
    expect((await runScript(acme, "top")).output).toBe(6);

    await ask(acme, "PUT", "/scripts/base/draft", { source: "export const base = 100;" });
    await ask(acme, "PUT", "/scripts/top/draft", { source: `${source} // draft` });
    const draft = await ask(acme, "POST", "/scripts/top/execute", { draft: true });
    expect(draft.body.output).toBe(6);

    await ask(acme, "POST", "/scripts/base/publish", {});
    const { body } = await ask(acme, "POST", "/scripts/base/republish-dependants");
    expect(body).toMatchObject({
      items: [
        { script: "middle", version: 2, error: null },
        { script: "top", version: 2, error: null },
      ],
      more: false,
    });
    expect((await runScript(acme, "top")).output).toBe(200);
  });

  test("that no longer fits a dependant leaves that as it is, and says so", async () => {
    await create(acme, "part", "library", "export const part = 1;");
    await create(acme, "whole", "oneoff", 'import { part } from "@tenant/part"; export default () => part;');
    await ask(acme, "PATCH", "/scripts/part", { language: "js", source: "export const other = 1;" });

    const { body } = await ask(acme, "POST", "/scripts/part/republish-dependants");
    expect(body.items).toMatchObject([{ script: "whole", version: null, error: { code: "SCRIPT_COMPILE" } }]);
    expect((await runScript(acme, "whole")).output).toBe(1);
  });

  test("shows in stacks by its name and line", async () => {
    await create(
      acme,
      "faulty",
      "library",
      "// One.\n// Two.\nexport const fail = () => {\n  throw new Error('as told');\n};",
    );
    await create(
      acme,
      "failing",
      "oneoff",
      'import { fail } from "@tenant/faulty";\n\nexport default function main() {\n  fail();\n}',
    );
    const { error } = await runScript(acme, "failing");
    expect(error.stack).toContain("at fail (@tenant/faulty:4:9)");
    expect(error.stack).toContain("at main (failing.ts:4:3)");
  });

  test("counts as stored for each version that has it, until that is deleted", async () => {
    const tenant = await skerry.createTenant("thrifty");
    const stored = async () => (await skerry.quotas.remaining("thrifty")).storedBytes.used;
    const library = `export const a = 1; // ${"x".repeat(10_000)}`;
    await create(tenant, "large", "library", library);
    const before = await stored();
    await create(tenant, "small", "oneoff", 'import { a } from "@tenant/large"; export default () => a;');
    expect(await stored()).toBeGreaterThan(before + 10_000);
    await ask(tenant, "DELETE", "/scripts/small");
    expect(await stored()).toBe(before);
  });

  test("is neither run nor called, whatever asks", async () => {
    await create(acme, "inert", "library", "export default () => 1;");
    for (const body of [{}, { version: 1 }, { wait: false }, { draft: true }]) {
      const answer = await ask(acme, "POST", "/scripts/inert/execute", body);
      expect(answer).toMatchObject({ status: 409, body: { code: "SCRIPT_NOT_EXECUTABLE" } });
    }
    const call = await ask(acme, "POST", "/scripts/inert/call", { input: 1 });
    expect(call).toMatchObject({ status: 409, body: { code: "SCRIPT_NOT_CALLABLE" } });
    const settings = {
      name: "timed",
      type: "library",
      source: "export const a = 1;",
      settings: { cron: "@daily" },
    };
    expect(await ask(acme, "POST", "/scripts", settings)).toMatchObject({ status: 422 });
  });

  test.each([
    ["of another tenant", 'import "@tenant/pricing";'],
    ["that is a draft", 'import "@tenant/unfinished";'],
    ["that is disabled", 'import "@tenant/off";'],
    ["that is no library", 'import "@tenant/job";'],
    ["by its id", (id: string) => `import "@tenant/${id}";`],
  ])("cannot be imported %s", async (_name, line) => {
    const source = "export default () => 1;";
    await ask(globex, "POST", "/scripts", { name: "unfinished", type: "library", source, status: "draft" });
    await ask(globex, "POST", "/scripts", { name: "off", type: "library", source });
    await ask(globex, "PATCH", "/scripts/off", { status: "disabled" });
    await ask(globex, "POST", "/scripts", { name: "job", type: "oneoff", source });
    const { body: off } = await globex.request("GET", "/api/v1/scripts/off");
    const text = typeof line === "string" ? line : line(off.id);

    const answer = await ask(globex, "POST", "/scripts", {
      name: "x",
      type: "oneoff",
      source: `${text}\n${source}`,
    });
    expect(answer).toMatchObject({
      status: 422,
      body: { code: "MODULE_NOT_FOUND", errors: [{ line: 1, column: 8 }] },
    });
  });

  test("cannot be made part of a circle", async () => {
    await create(globex, "one", "library", "export const one = 1;");
    await create(globex, "two", "library", 'import { one } from "@tenant/one"; export const two = one;');
    const source = 'import { two } from "@tenant/two"; export const one = 1; export const all = () => two;';
    const { status, body } = await ask(globex, "PATCH", "/scripts/one", { source });
    expect(status).toBe(422);
    expect(body.code).toBe("MODULE_CYCLE");
    expect(body.detail).toContain("@tenant/one → @tenant/two → @tenant/one");
  });

  test("is outdated for its importers when it is gone", async () => {
    await create(globex, "passing", "library", "export const a = 5;");
    await create(globex, "keeper", "oneoff", 'import { a } from "@tenant/passing"; export default () => a;');
    await ask(globex, "DELETE", "/scripts/passing");
    expect(nameVersions((await ask(globex, "GET", "/scripts/keeper")).body)).toEqual([
      "@tenant/passing 1 outdated",
    ]);
    expect((await runScript(globex, "keeper")).output).toBe(5);
    expect((await ask(globex, "POST", "/scripts/keeper/republish")).body.code).toBe("MODULE_NOT_FOUND");
  });
});

describe("a vetted package", () => {
  test("runs in the tenant's isolate with no more rights than the script", async () => {
    const source = `import { DateTime } from "luxon";
export default () => [DateTime.fromISO("2026-11-22").plus({ days: 1 }).toISODate(), typeof process, typeof require];`;
    const script = await create(acme, "dated", "oneoff", source);
    expect(script.modules).toMatchObject([
      {
        name: "luxon",
        version: manifest.version,
        integrity: expect.stringMatching(/^sha512-/),
        outdated: false,
      },
    ]);
    expect((await runScript(acme, "dated")).output).toEqual(["2026-11-23", "undefined", "undefined"]);
  });

  test("keeps being what versions were compiled with when the host takes another, or none", async () => {
    const source = 'import { Settings } from "luxon"; export default () => typeof Settings;';
    await create(acme, "settled", "oneoff", source);
    await using other = await createTestPlatform({ database: skerry.database });
    const key = await skerry.operator.request(
      "POST",
      "/api/v1/api-keys",
      { name: "other" },
      { "skerry-tenant": "acme" },
    );
    const client = other.client(key.body.key);
    expect(nameVersions((await ask(client, "GET", "/scripts/settled")).body)).toEqual([
      `luxon ${manifest.version} outdated`,
    ]);
    expect((await runScript(client, "settled")).output).toBe("function");
    expect((await ask(client, "POST", "/scripts/settled/republish")).body.code).toBe("MODULE_NOT_ALLOWED");
  });

  test("that is not there is refused by name, with what is there", async () => {
    const source = 'import _ from "lodash";\nexport default () => _;';
    const { status, body } = await ask(acme, "POST", "/scripts", { name: "y", type: "oneoff", source });
    expect(status).toBe(422);
    expect(body).toMatchObject({ code: "MODULE_NOT_ALLOWED", errors: [{ line: 1, column: 15 }] });
    expect(body.detail).toContain('"lodash"');
    expect(body.detail).toContain('"luxon"');
  });
});

test("the isolate refuses an import that no compiler saw", async () => {
  const source =
    'export default () => new Function("name", "return import(name)")("node:fs").then(() => "in", () => "refused");';
  await create(acme, "unseen", "oneoff", source);
  const { output, error } = await runScript(acme, "unseen");
  expect(output ?? error).not.toBe("in");
  expect(output).toBe("refused");
});

test("modules are listed and declared to editors", async () => {
  const tenant = await skerry.createTenant("initech");
  await create(tenant, "b", "library", "export const b = 1;");
  await create(tenant, "a", "library", "export const a = 1;");
  const { body } = await ask(tenant, "GET", "/modules?limit=1");
  expect(body).toMatchObject({
    items: [{ name: "@tenant/b", script: "b", version: 1, language: "ts" }],
    packages: [{ name: "luxon", version: manifest.version }],
    nextCursor: expect.any(String),
  });
  const { body: declarations } = await ask(tenant, "GET", "/declarations");
  expect(declarations.text).toContain('declare module "luxon";\ndeclare module "@tenant/b";');
});

test("an import of a tenant brings libraries before those that import them, and keeps to their circles", async () => {
  const tenant = await skerry.createTenant("hooli");
  await create(tenant, "zlib", "library", "export const z = 9;");
  await create(tenant, "alib", "library", 'import { z } from "@tenant/zlib"; export const a = z;');
  await create(tenant, "app", "oneoff", 'import { a } from "@tenant/alib"; export default () => a;');
  const { body: document } = await ask(tenant, "GET", "/export");

  const twin = await skerry.createTenant("hooli-twin");
  expect((await ask(twin, "POST", "/import", { document })).status).toBe(200);
  expect((await runScript(twin, "app")).output).toBe(9);
  const { body } = await ask(twin, "GET", "/scripts/app");
  expect(nameVersions(body)).toEqual(["@tenant/alib 1", "@tenant/zlib 1"]);

  const without = { ...document, scripts: document.scripts.slice(1, 2) };
  const third = await skerry.createTenant("hooli-third");
  const refused = await ask(third, "POST", "/import", { document: without });
  expect(refused).toMatchObject({ status: 422, body: { code: "MODULE_NOT_FOUND" } });
  expect((await ask(third, "GET", "/scripts")).body.items).toEqual([]);
});
