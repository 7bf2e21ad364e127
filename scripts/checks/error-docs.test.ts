import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkErrorDocs, ERROR_DOCS_FILE, writeErrorDocs } from "./error-docs.ts";
import { createTemporaryRepository } from "./temporary-repository.ts";

const SANDBOX =
  'export const SANDBOX_ERRORS = { CPU_LIMIT: { kind: "user", help: "Too slow | or too much." } };\n';
const SERVER =
  'export const SERVER_ERRORS = { NOT_FOUND: { status: 404, kind: "user", help: "No such thing." } };\n';

test("is red until the page says what the tables say", async () => {
  await using repository = await createTemporaryRepository({
    "packages/sandbox/src/errors.ts": SANDBOX,
    "packages/server/src/problems/errors.ts": SERVER,
  });
  await mkdir(join(repository.root, "docs"));
  expect(await checkErrorDocs(repository.root)).toEqual([
    { file: ERROR_DOCS_FILE, message: expect.stringContaining("--write") },
  ]);

  await writeErrorDocs(repository.root);
  expect(await checkErrorDocs(repository.root)).toEqual([]);
  const page = await readFile(join(repository.root, ERROR_DOCS_FILE), "utf8");
  expect(page).toMatch(/## Sandbox[^#]+`CPU_LIMIT` +\| user +\| Too slow \\\| or too much\./);
  expect(page).toMatch(/## Server[^#]+`NOT_FOUND` +\| 404 +\| No such thing\./);
});

test("refuses a code that two tables have", async () => {
  await using repository = await createTemporaryRepository({
    "packages/sandbox/src/errors.ts": SANDBOX,
    "packages/server/src/errors.ts": SANDBOX.replace("SANDBOX", "SERVER"),
  });
  await mkdir(join(repository.root, "docs"));
  await writeErrorDocs(repository.root);
  expect(await checkErrorDocs(repository.root)).toEqual([
    {
      file: "packages/server/src/errors.ts",
      message: "the code CPU_LIMIT is in packages/sandbox/src/errors.ts already",
    },
  ]);
});
