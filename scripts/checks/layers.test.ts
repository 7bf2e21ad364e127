import { expect, test } from "vitest";
import { formatFinding } from "./finding.ts";
import { checkLayers } from "./layers.ts";
import { createTemporaryRepository } from "./temporary-repository.ts";

async function check(files: Readonly<Record<string, string>>): Promise<string[]> {
  await using repository = await createTemporaryRepository(files);
  return (await checkLayers(repository.root)).map(formatFinding);
}

test("lets imports along the arrows pass, also those that a string only quotes", async () => {
  const findings = await check({
    "packages/sandbox/src/index.ts": 'export { a } from "./a.ts";\nexport type { B } from "./a.ts";\n',
    "packages/sandbox/src/a.ts": 'export const a = `import { x } from "skerry";`;\nexport type B = string;\n',
    "packages/server/src/index.ts": 'import { a } from "@skerry/sandbox";\nexport const b = a;\n',
    "packages/server/src/guest/index.ts":
      'import { call } from "@skerry/sandbox/guest";\nimport { sha1 } from "@noble/hashes/legacy.js";\ncall(sha1);\n',
    "packages/server/src/guest/a.test.ts": 'import { test } from "vitest";\ntest("a", () => {});\n',
    "benchmarks/src/main.ts": 'import "skerry";\nimport "@skerry/sandbox";\n',
  });
  expect(findings).toEqual([]);
});

test.each([
  ["an arrow backwards", "packages/sandbox/src/a.ts", 'import "skerry";', "must not import packages/server"],
  [
    "types against an arrow",
    "packages/sandbox/src/a.ts",
    'import type { A } from "skerry";',
    "must not import",
  ],
  [
    "a dynamic import",
    "packages/sandbox/src/a.ts",
    'await import("skerry");',
    "must not import packages/server",
  ],
  ["a deep import", "packages/server/src/a.ts", 'import "@skerry/sandbox/src/json.ts";', "no deep imports"],
  ["a way around", "packages/server/src/a.ts", 'import "../../sandbox/src/json.ts";', "leaves the package"],
  ["Node in guest code", "packages/sandbox/src/guest/a.ts", 'import "node:fs";', "guest code imports"],
  [
    "host code in guest code",
    "packages/server/src/guest/a.ts",
    'import "../config.ts";',
    "guest code imports",
  ],
  ["a star export", "packages/server/src/a.ts", 'export * from "./b.ts";', '"export *"'],
  ["a vague file name", "packages/server/src/db/utils.ts", "export const a = 1;", '"utils.ts" says nothing'],
  ["a vague folder name", "packages/server/src/common/a.ts", "export const a = 1;", '"common" says nothing'],
])("refuses %s", async (_, path, text, message) => {
  expect(await check({ [path]: `\n${text}\n` })).toEqual([expect.stringContaining(message)]);
});

test("refuses a circle of files once, and lets a circle of types alone", async () => {
  const findings = await check({
    "packages/sandbox/src/a.ts": 'import { b } from "./b.ts";\nexport const a = b;\n',
    "packages/sandbox/src/b.ts": 'import { c } from "./c.ts";\nexport const b = c;\n',
    "packages/sandbox/src/c.ts": 'import { a } from "./a.ts";\nexport const c = () => a;\n',
    "packages/server/src/a.ts": 'import type { B } from "./b.ts";\nexport type A = B[];\n',
    "packages/server/src/b.ts": 'import type { A } from "./a.ts";\nexport type B = A;\n',
  });
  const circle = ["a", "b", "c", "a"].map((name) => `packages/sandbox/src/${name}.ts`).join(" → ");
  expect(findings).toEqual([`packages/sandbox/src/a.ts: circular import: ${circle}`]);
});
