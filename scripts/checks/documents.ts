import { glob } from "node:fs/promises";
import { sep } from "node:path";

const DOCUMENTS = [
  "*.md",
  "docs/**/*.md",
  "deploy/**/*.md",
  "benchmarks/*.md",
  "packages/*/README.md",
  "examples/{,*/}README.md",
];

/** All documents of a repository, by their paths in it, with `/`, sorted. */
export async function listDocuments(root: string): Promise<string[]> {
  const documents: string[] = [];
  for await (const path of glob(DOCUMENTS, { cwd: root })) documents.push(path.replaceAll(sep, "/"));
  return documents.toSorted();
}
