import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { checkOpenApi, OPENAPI_FILES, writeOpenApi } from "./openapi.ts";
import { createTemporaryRepository } from "./temporary-repository.ts";

test("is red until the description and the client say what the routes say", async () => {
  await using repository = await createTemporaryRepository({});
  const { root } = repository;
  const files = Object.values(OPENAPI_FILES);
  for (const file of files) await mkdir(dirname(join(root, file)), { recursive: true });
  const complaint = expect.stringContaining("--only=openapi --write");
  expect(await checkOpenApi(root)).toEqual(files.map((file) => ({ file, message: complaint })));

  await writeOpenApi(root);
  expect(await checkOpenApi(root)).toEqual([]);
  const table = await readFile(join(root, OPENAPI_FILES.operations), "utf8");
  expect(table).toContain('"scripts.list": "GET /scripts query list"');
  await writeFile(join(root, OPENAPI_FILES.operations), table.replace("GET /scripts", "PUT /scripts"));
  expect(await checkOpenApi(root)).toEqual([{ file: OPENAPI_FILES.operations, message: complaint }]);
});
