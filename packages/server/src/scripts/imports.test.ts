import { runInNewContext } from "node:vm";
import { afterAll, describe, expect, test } from "vitest";
import type { ModuleSource, VettedPackage } from "../modules/module.ts";
import { SkerryError } from "../problems/errors.ts";
import { compileScript, holdCompiler } from "./compile.ts";

const compiler = holdCompiler();
afterAll(() => compiler[Symbol.asyncDispose]());

const VETTED: VettedPackage = {
  specifier: "vetted",
  version: "1.2.3",
  code: 'module.exports = { greet: (name) => "hello " + name };',
  checksum: Buffer.alloc(32, 1),
  integrity: null,
  hasSideEffects: false,
};

const LIBRARY_SOURCES: Readonly<Record<string, string>> = {
  pricing: `import { rate } from "@tenant/rates";
export const tax = (net: number): number => {
  if (net < 0) throw new Error("negative");
  return net * rate;
};`,
  rates: "export const rate = 0.5; //# sourceMappingURL=file:///etc/passwd",
  round: 'import { circle } from "@tenant/circle"; export const round = () => circle;',
  circle: 'import { round } from "@tenant/round"; export const circle = () => round;',
  self: 'import { self } from "@tenant/self"; export { self };',
  ...Object.fromEntries(
    Array.from({ length: 12 }, (_, index) => [
      `deep${index}`,
      `export { x } from "@tenant/deep${index + 1}";`,
    ]),
  ),
};

const MODULES: ModuleSource = {
  packages: new Map([["vetted", VETTED]]),
  findLibraries: (names) =>
    Promise.resolve(
      names.flatMap((name) => {
        const source = LIBRARY_SOURCES[name];
        if (source === undefined) return [];
        const id = `id of ${name}`;
        return [{ id, name, version: 7, language: "ts", source, checksum: Buffer.alloc(32, 2) } as const];
      }),
    ),
};

async function compile(source: string, language: "js" | "ts" = "ts") {
  return await compileScript({ fileName: `pricing.${language}`, source, language }, MODULES);
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

describe("a script", () => {
  test.each([
    ["a package", 'import fs from "node:fs";\nexport default () => fs;'],
    ["an unused package", 'import fs from "node:fs";\nexport default () => 1;'],
    ["a file of this machine", 'import passwd from "/etc/passwd";\nexport default () => passwd;'],
    ["a data URL", 'import x from "data:text/javascript,export default 1";\nexport default () => x;'],
    ["a re-export", 'export * from "./other.js";\nexport default () => 1;'],
    ["a dynamic import", 'export default () => import("node:fs");'],
    ["a require", 'export default () => require("node:fs");'],
    ["a require under another spelling", 'export default () => r\\u0065quire("node:fs");'],
    ["a URL", 'import x from "https://example.com/x.js";\nexport default () => x;'],
    ["a file by its URL", 'import x from "file:///etc/passwd";\nexport default () => x;'],
    ["a path out of here", 'import x from "../../etc/passwd";\nexport default () => x;'],
    ["a package with attributes", 'import x from "vetted" with { type: "json" };\nexport default () => x;'],
    ["a path within a package", 'import x from "vetted/package.json";\nexport default () => x;'],
    ["a package past a library", 'import x from "@tenant/../vetted";\nexport default () => x;'],
    ["the folder of libraries", 'import x from "@tenant/";\nexport default () => x;'],
    ["a path within a library", 'import x from "@tenant/pricing/secret";\nexport default () => x;'],
    [
      "what a pragma names",
      '/* @jsxImportSource evil */ import "evil/jsx-runtime";\nexport default () => 1;',
    ],
    ["what it names when it runs", "export default (name) => import(name);"],
  ])("refuses to import %s", async (_name, source) => {
    const error = await refusalOf(source);

    expect(error.code).toBe("MODULE_NOT_ALLOWED");
    expect(error.message).toContain("cannot import");
    expect(error.details?.[0]).toMatchObject({ line: 1, column: expect.any(Number) });
  });

  test("tells by name what may be imported", async () => {
    const { message } = await refusalOf('import fs from "node:fs";\nexport default () => fs;');

    expect(message).toBe(
      'pricing.ts:1:16: A script cannot import "node:fs". It can import libraries of its tenant as "@tenant/NAME", and ' +
        '"vetted", by a plain import.',
    );
  });

  test.each([
    ["import", "export default (name) => import(`./${name}.json`);"],
    ["import of a sum", 'export default (name) => import("../../../../etc/" + name);'],
    ["require", 'export default (name) => require("./" + name + ".json");'],
    ["require out of here", "export default (name) => require(`/etc/${name}`);"],
  ])("searches no folder for the pattern of an %s", async (_name, source) => {
    const error = await refusalOf(source);

    expect(error.code).toBe("MODULE_NOT_ALLOWED");
    expect(error.details?.[0]?.line).toBe(1);
    expect(error.details).toHaveLength(1);
  });
});

describe("a script that imports", () => {
  const importing = `import { tax } from "@tenant/pricing";
import { greet } from "vetted";
import { loud } from "vetted";
export default (net: number) => [tax(net), greet("you"), typeof loud];`;

  test("holds all that it imports, and tells which", async () => {
    const { code, modules } = await compile(importing);

    expect(runInNewContext(`${code}; program.default(4)`)).toEqual([2, "hello you", "undefined"]);
    const library = { version: "7", checksum: Buffer.alloc(32, 2), integrity: null };
    const bytesOf = (name: string): number => LIBRARY_SOURCES[name]?.length ?? 0;
    expect(modules).toEqual([
      { ...library, specifier: "@tenant/pricing", libraryId: "id of pricing", bytes: bytesOf("pricing") },
      { ...library, specifier: "@tenant/rates", libraryId: "id of rates", bytes: bytesOf("rates") },
      {
        specifier: "vetted",
        libraryId: null,
        version: "1.2.3",
        checksum: VETTED.checksum,
        integrity: null,
        bytes: VETTED.code.length,
      },
    ]);
  });

  test("has a map to each author's file, and to nothing of packages or of this machine", async () => {
    const { sourceMap } = await compile(importing);

    const { sources } = JSON.parse(sourceMap) as { readonly sources: readonly string[] };
    expect(sources.toSorted()).toEqual(["@tenant/pricing", "@tenant/rates", "package", "pricing.ts"]);
    expect(sourceMap).not.toContain("root:");
    expect(sourceMap).not.toContain("hello");
  });

  test("imports by a literal `import()` too", async () => {
    const { code } = await compile('export default async () => (await import("@tenant/rates")).rate;');

    await expect(runInNewContext(`${code}; program.default()`)).resolves.toBe(0.5);
  });

  test.each([
    [
      "no library",
      'import "@tenant/nothing";',
      "MODULE_NOT_FOUND",
      "pricing.ts:1:8: The tenant has no published library nothing.",
    ],
    [
      "a circle",
      'import "@tenant/round";',
      "MODULE_CYCLE",
      "@tenant/round → @tenant/circle → @tenant/round.",
    ],
    [
      "a library that imports itself",
      'import "@tenant/self";',
      "MODULE_CYCLE",
      "@tenant/self → @tenant/self.",
    ],
    ["too deep", 'import "@tenant/deep0";', "MODULE_LIMIT", "more than 8 levels deep."],
    [
      "an export that there is not",
      'import { no } from "@tenant/rates"; globalThis.x = no;',
      "SCRIPT_COMPILE",
      "no",
    ],
  ])("is refused with %s", async (_name, line, code, message) => {
    const error = await refusalOf(`${line}\nexport default () => 1;`, "js");

    expect(error.code).toBe(code);
    expect(error.message.replaceAll("pricing.js", "pricing.ts")).toContain(message);
  });

  test("tells of a library's fault by the library's name and line", async () => {
    const broken = "export const broken = ;";
    const source = 'import "@tenant/broken"; export default () => 1;';
    const library = { id: "1", name: "broken", version: 1, language: "ts", source: broken } as const;
    const compiling = compileScript(
      { fileName: "a.ts", source, language: "ts" },
      {
        packages: new Map(),
        findLibraries: () => Promise.resolve([{ ...library, checksum: Buffer.alloc(32) }]),
      },
    );
    await expect(compiling).rejects.toThrow("@tenant/broken:1:23: Unexpected");
  });
});

describe("a library", () => {
  const compileLibrary = (source: string) =>
    compileScript({ fileName: "round.ts", source, language: "ts", libraryName: "round" }, MODULES);

  test("exports anything, but something", async () => {
    await expect(compileLibrary("export const half = 0.5;")).resolves.toMatchObject({ modules: [] });
    await expect(compileLibrary("const half = 0.5;")).rejects.toThrow("A library exports");
  });

  test("cannot close a circle that goes through others", async () => {
    await expect(compileLibrary(LIBRARY_SOURCES["round"] ?? "")).rejects.toMatchObject({
      code: "MODULE_CYCLE",
      message: "Libraries import each other in a circle: @tenant/round → @tenant/circle → @tenant/round.",
    });
  });
});
