import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CAPABILITY_DOCS_FILE, checkCapabilityDocs, writeCapabilityDocs } from "./capability-docs.ts";
import { createTemporaryRepository } from "./temporary-repository.ts";

test("is red until the page says what the table says", async () => {
  await using repository = await createTemporaryRepository({});
  const { root } = repository;
  await mkdir(join(root, "docs"), { recursive: true });
  expect(await checkCapabilityDocs(root)).toEqual([
    { file: CAPABILITY_DOCS_FILE, message: expect.stringContaining("--only=capability-docs --write") },
  ]);

  await writeCapabilityDocs(root);
  expect(await checkCapabilityDocs(root)).toEqual([]);
  const page = await readFile(join(root, CAPABILITY_DOCS_FILE), "utf8");
  expect(page).toContain("### `ctx.cache.get`\n\n```ts sketch\nctx.cache.get<Value = any>(key: string)");
  expect(page).toMatch(/\| key +\| 512 bytes of UTF-8 +\|/);
  expect(page).toMatch(/\| `CACHE_KEY_INVALID` +\| A cache key is/);
});
