import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A folder with a repository in it that ends with its scope. */
export interface TemporaryRepository extends AsyncDisposable {
  readonly root: string;
}

/** Writes the smallest repository that the checks can read, with `files` (path → text) in it. For tests. */
export async function createTemporaryRepository(
  files: Readonly<Record<string, string>>,
): Promise<TemporaryRepository> {
  const root = await mkdtemp(join(tmpdir(), "skerry check "));
  const all = { ...MANIFESTS, ...files };
  for (const [path, text] of Object.entries(all)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return { root, [Symbol.asyncDispose]: () => rm(root, { recursive: true }) };
}

const MANIFESTS = {
  "package.json": JSON.stringify({
    type: "module",
    workspaces: ["packages/sandbox", "packages/server", "benchmarks"],
  }),
  "packages/sandbox/package.json": JSON.stringify({
    name: "@skerry/sandbox",
    exports: { ".": "./src/index.ts", "./guest": "./src/guest/index.ts" },
  }),
  "packages/server/package.json": JSON.stringify({ name: "skerry", exports: { ".": "./src/index.ts" } }),
  "benchmarks/package.json": JSON.stringify({ name: "@skerry/benchmarks" }),
};
