import { expect, test } from "vitest";
import { checkFileSizes } from "./file-sizes.ts";
import { createTemporaryRepository } from "./temporary-repository.ts";

test("notes a file over 300 lines and refuses one over 500", async () => {
  await using repository = await createTemporaryRepository({
    "packages/server/src/small.ts": "//\n".repeat(300),
    "packages/server/src/large.ts": "//\n".repeat(500),
    "packages/server/src/huge.ts": "//\n".repeat(501),
    "packages/server/dist/generated.ts": "//\n".repeat(9_000),
  });
  expect(await checkFileSizes(repository.root)).toEqual([
    { file: "packages/server/src/huge.ts", message: expect.stringContaining("501 lines") },
    { file: "packages/server/src/large.ts", message: expect.stringContaining("500 lines"), isNote: true },
  ]);
});
