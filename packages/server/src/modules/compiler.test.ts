import { afterAll, describe, expect, test } from "vitest";
import type { Database } from "../db/open.ts";
import { holdCompiler } from "../scripts/compile.ts";
import { createScriptCompiler } from "./compiler.ts";

const MAX_PLACES = 16;

const held = holdCompiler();
afterAll(() => held[Symbol.asyncDispose]());

/** Where nothing imports a library, no database is asked. */
const NO_DATABASE = {} as Database;

test("a tenant with as many sources at the compiler as it may have is refused one more, its neighbour is served", async () => {
  const compiler = createScriptCompiler(NO_DATABASE, new Map());
  const save = (tenantId: string) =>
    compiler.compile(
      { tenantId, name: "a", type: "oneoff" },
      { source: "export default () => 1;", language: "js", settings: {} },
    );
  const acme = Array.from({ length: MAX_PLACES + 1 }, () => save("acme"));
  const globex = save("globex");

  await expect(acme.pop()).rejects.toMatchObject({ code: "CONCURRENCY_LIMIT" });
  await expect(globex).resolves.toHaveProperty("compiled");
  await expect(Promise.all(acme)).resolves.toHaveLength(MAX_PLACES);
});

describe("a config that cannot be read", () => {
  const compiler = createScriptCompiler(NO_DATABASE, new Map());
  const compile = (source: string) =>
    compiler.compile(
      { tenantId: "acme", name: "a", type: "oneoff" },
      { source: `${source}\nexport default () => 1;`, language: "ts", settings: {} },
    );

  test.each([
    ["among others", "export const a = 1, config = {};"],
    ["taken out of an object", "const x = { config: {} };\nexport const { config } = x;"],
    ["named by a text", 'const c = {};\nexport { c as "config" };'],
    ["written with an escape", "export const c\\u006fnfig = {};"],
    ["behind what looks like a pattern", "const a = 1;\nconst r = a! / 2; export const config = {};"],
    ["that is a namespace", "export namespace config { export const a = 1; }"],
  ])("is refused where it is exported all the same: %s", async (_what, source) => {
    await expect(compile(source)).rejects.toMatchObject({
      code: "SCRIPT_COMPILE",
      message: expect.stringContaining("config cannot be read"),
    });
  });

  test("is none that is read, or no value", async () => {
    for (const source of [
      "export const config = {};",
      "export type config = string;",
      "const config = 1;\nexport { config as other };",
    ]) {
      await expect(compile(source)).resolves.toHaveProperty("compiled");
    }
  });
});
