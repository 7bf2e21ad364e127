import { glob, readFile } from "node:fs/promises";
import { join, sep } from "node:path";
import { parseSync } from "vite";

/** A source file and what it imports. */
export interface SourceFile {
  /** Relative to the repository, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly SourceImport[];
  /** Lines, counted from 1, that hold an `export * from`. */
  readonly starExportLines: readonly number[];
}

/** One module name that a source file asks for. */
export interface SourceImport {
  readonly specifier: string;
  readonly line: number;
  /** Only types come from it, so that nothing of it is left at run time. */
  readonly isTypeOnly: boolean;
}

const SOURCES = "{packages/*/{src,test,bin},benchmarks/src,examples,scripts,test}/**/*.{ts,tsx,mjs}";
const NOT_SOURCES = ["**/node_modules/**", "**/dist/**", "**/test/fixtures/**"];

/** Reads every source file of the repository in `root`, sorted by path. */
export async function readSourceFiles(root: string): Promise<SourceFile[]> {
  const paths: string[] = [];
  for await (const path of glob(SOURCES, { cwd: root, exclude: NOT_SOURCES })) paths.push(path);
  return Promise.all(
    paths
      .map((path) => path.replaceAll(sep, "/"))
      .toSorted()
      .map(async (path) => readSource(path, await readFile(join(root, path), "utf8"))),
  );
}

function readSource(path: string, text: string): SourceFile {
  const { staticImports, staticExports, dynamicImports } = parseSync(path, text).module;
  const lineAt = (offset: number): number => text.slice(0, offset).split("\n").length;

  const imports: SourceImport[] = staticImports.map((statement) => ({
    specifier: statement.moduleRequest.value,
    line: lineAt(statement.start),
    isTypeOnly: statement.entries.length > 0 && statement.entries.every((entry) => entry.isType),
  }));
  const starExportLines: number[] = [];
  for (const statement of staticExports) {
    const line = lineAt(statement.start);
    const specifier = statement.entries[0]?.moduleRequest?.value;
    if (specifier === undefined) continue;
    imports.push({ specifier, line, isTypeOnly: statement.entries.every((entry) => entry.isType) });
    // `export * as name` is fine: it names what it exports.
    const isStar = statement.entries.some(({ importName }) => importName.kind === "AllButDefault");
    if (isStar) starExportLines.push(line);
  }
  for (const call of dynamicImports) {
    const literal = /^(["'])(.*)\1$/.exec(text.slice(call.moduleRequest.start, call.moduleRequest.end));
    if (literal?.[2] === undefined) continue; // computed: nothing to check before it runs
    imports.push({ specifier: literal[2], line: lineAt(call.start), isTypeOnly: false });
  }
  return { path, text, imports, starExportLines };
}
