import { afterAll, expect, test } from "vitest";
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
