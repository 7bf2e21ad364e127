import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { EXPRESSION_DOCS_FILE, checkExpressionDocs, writeExpressionDocs } from "./expression-docs.ts";
import { createTemporaryRepository } from "./temporary-repository.ts";

const PAGE = ["names", "workflow names", "functions"]
  .map((name) => `About ${name}.\n\n<!-- generated: ${name} -->\n\nOld.\n\n<!-- end: ${name} -->`)
  .join("\n\n");

test("is red until the page says what the tables say, and leaves the rest of it alone", async () => {
  await using repository = await createTemporaryRepository({ [EXPRESSION_DOCS_FILE]: `${PAGE}\n` });
  expect(await checkExpressionDocs(repository.root)).toEqual([
    { file: EXPRESSION_DOCS_FILE, message: expect.stringContaining("--write") },
  ]);

  await writeExpressionDocs(repository.root);
  expect(await checkExpressionDocs(repository.root)).toEqual([]);
  const page = await readFile(join(repository.root, EXPRESSION_DOCS_FILE), "utf8");
  expect(page).not.toContain("Old.");
  expect(page).toMatch(/About functions\.\n\n<!-- generated: functions -->/);
  expect(page).toMatch(/#### `toTitleCase\(\): string`\n\nThe text as/);
  expect(page).toMatch(/\| `\$now` +\| The moment/);
});

test("names the marks that are missing", async () => {
  await using repository = await createTemporaryRepository({ [EXPRESSION_DOCS_FILE]: "# Expressions\n" });
  expect(await checkExpressionDocs(repository.root)).toEqual([
    { file: EXPRESSION_DOCS_FILE, message: 'lacks the marks of "names", "workflow names", "functions"' },
  ]);
});
