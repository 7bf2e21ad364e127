import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { runInNewContext } from "node:vm";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { SkerryError } from "../problems/errors.ts";
import { compileScript, holdCompiler } from "./compile.ts";

const compiler = holdCompiler();
afterAll(() => compiler[Symbol.asyncDispose]());

/** The compiler's 3 s, and what a loaded machine may add. */
const TOLERABLE_MS = 10_000;

async function compile(source: string, language: "js" | "ts" = "ts") {
  return await compileScript({ fileName: `pricing.${language}`, source, language });
}

async function refusalOf(source: string, language: "js" | "ts" = "ts"): Promise<SkerryError> {
  try {
    await compile(source, language);
  } catch (error) {
    if (error instanceof SkerryError) return error;
    throw error;
  }
  throw new Error("it compiled");
}

describe("compileScript", () => {
  test("leaves the exports in `program`, with a map to the author's file", async () => {
    const { code, sourceMap } = await compile("export default (input: number): number => input * 2;");

    expect(runInNewContext(`${code}; program.default(21)`)).toBe(42);
    expect(JSON.parse(sourceMap)).toMatchObject({ sources: ["pricing.ts"] });
  });

  test("names line, column and frame of a syntax error, counting characters and not bytes", async () => {
    const error = await refusalOf("export default () => {\n  const é = ;\n};");

    expect(error).toMatchObject({ code: "SCRIPT_COMPILE", status: 422 });
    expect(error.message).toContain("pricing.ts:2:13");
    expect(error.details).toMatchObject([{ path: "source", line: 2, column: 13 }]);
    expect(error.details?.[0]?.frame).toMatch(/2 │ {3}const é = ;\n.*╵ +\^/);
  });

  test("refuses a top-level await and a missing default export", async () => {
    expect((await refusalOf("await 1;\nexport default () => 1;")).message).toContain("top level");
    expect((await refusalOf("export const run = () => 1;")).message).toContain("export default");
    expect((await refusalOf("module.exports = () => 1;", "js")).message).toContain("export default");
    expect((await refusalOf("export default (x: number) => x;", "js")).code).toBe("SCRIPT_COMPILE");
  });

  test("does not read a source map that the source points at", async () => {
    const folder = await mkdtemp(join(tmpdir(), "skerry-compile-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, "secret.map");
    const secret = { version: 3, sources: ["secret.ts"], sourcesContent: ["of this machine"], names: [] };
    await writeFile(file, JSON.stringify({ ...secret, mappings: "AAAA" }));
    const { href } = pathToFileURL(file);

    for (const comment of [`//# sourceMappingURL=${href}`, `/*# sourceMappingURL=${href} */`]) {
      const { sourceMap } = await compile(`export default () => 1;\n${comment}`);
      expect(JSON.parse(sourceMap)).toMatchObject({
        sources: ["pricing.ts"],
        sourcesContent: [expect.stringContaining("export default")],
      });
    }
  });

  test.each(["js", "ts"] as const)("makes strict code of %s, as a module is", async (language) => {
    const { code } = await compile("export default function () { return this; }", language);

    expect(runInNewContext(`${code}; (0, program.default)()`)).toBeUndefined();
  });

  test("refuses brackets that nest deeper than 500 levels, and takes those that do not", async () => {
    const nest = (levels: number): string =>
      `export default () =>\n${"[".repeat(levels)}${"]".repeat(levels)};`;

    expect(await refusalOf(nest(501))).toMatchObject({
      code: "SCRIPT_COMPILE",
      details: [{ message: "Brackets nest deeper than 500 levels", line: 2 }],
    });
    await expect(compile(nest(499))).resolves.toHaveProperty("code");
  });

  test.each([
    ["brackets", `export default ${"[".repeat(100_000)}`, "SCRIPT_COMPILE"],
    [
      "arrows that take the compiler too long",
      `export default ${"a=>".repeat(20_000)}1`,
      "SCRIPT_TOO_COMPLEX",
    ],
    [
      "assignments that end the compiler's process",
      `export default ${"a=".repeat(500_000)}1`,
      "SCRIPT_TOO_COMPLEX",
    ],
  ])("survives deep nesting of %s", async (_name, source, code) => {
    const since = performance.now();
    const hostile = refusalOf(source);
    const honest = compile("export default () => 1;");

    expect((await hostile).code).toBe(code);
    expect(performance.now() - since).toBeLessThan(TOLERABLE_MS);
    await expect(honest).resolves.toHaveProperty("code");
  });
});

test("a holder that lets go ends nobody else's compilation", async () => {
  const other = holdCompiler();
  const compiled = Promise.all([1, 2, 3].map((n) => compile(`export default () => ${n};`)));
  await other[Symbol.asyncDispose]();
  await expect(compiled).resolves.toHaveLength(3);
  await expect(compile("export default () => 4;")).resolves.toHaveProperty("code");
});
