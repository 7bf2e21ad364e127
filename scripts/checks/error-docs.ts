import { glob, readFile, writeFile } from "node:fs/promises";
import { basename, join, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { format, resolveConfig } from "prettier";
import type { Finding } from "./finding.ts";

/** Where the table of all error codes is kept for readers. */
export const ERROR_DOCS_FILE = "docs/errors.md";

/** By convention each error table is an exported constant `…_ERRORS` of a file named `errors.ts`. */
const ERROR_FILES = "packages/*/src/**/errors.ts";
const TABLE_NAME = /^([A-Z]+)_ERRORS$/;

interface ErrorRow {
  readonly kind?: "user" | "system";
  /** HTTP status. */
  readonly status?: number;
  readonly help: string;
}

interface ErrorTable {
  readonly name: string;
  readonly file: string;
  readonly rows: Readonly<Record<string, ErrorRow>>;
}

/** Tells whether `docs/errors.md` says what the error tables in the code say, and that no code is in two of them. */
export async function checkErrorDocs(root: string): Promise<Finding[]> {
  const tables = await readErrorTables(root);
  const findings = findRepeatedCodes(tables);
  const found = await readFile(join(root, ERROR_DOCS_FILE), "utf8").catch(() => "");
  if (found !== (await renderErrorDocs(root, tables))) {
    findings.push({
      file: ERROR_DOCS_FILE,
      message: 'differs from the error tables; run "npm run check -- --only=error-docs --write"',
    });
  }
  return findings;
}

/** Writes `docs/errors.md` anew. */
export async function writeErrorDocs(root: string): Promise<void> {
  await writeFile(join(root, ERROR_DOCS_FILE), await renderErrorDocs(root, await readErrorTables(root)));
}

async function readErrorTables(root: string): Promise<ErrorTable[]> {
  const files: string[] = [];
  for await (const file of glob(ERROR_FILES, { cwd: root })) files.push(file.replaceAll(sep, "/"));
  const tables = await Promise.all(files.toSorted().map((file) => readTablesOf(root, file)));
  return tables.flat();
}

async function readTablesOf(root: string, file: string): Promise<ErrorTable[]> {
  // Guest code runs in an isolate: it cannot be loaded here and has no tables of its own.
  if (file.includes("/guest/")) return [];
  const module = (await import(pathToFileURL(join(root, file)).href)) as Record<string, ErrorTable["rows"]>;
  return Object.entries(module).flatMap(([exported, rows]) => {
    const name = TABLE_NAME.exec(exported)?.[1];
    return name === undefined ? [] : [{ name, file, rows }];
  });
}

function findRepeatedCodes(tables: readonly ErrorTable[]): Finding[] {
  const owners = new Map<string, string>();
  return tables.flatMap(({ file, rows }) =>
    Object.keys(rows).flatMap((code) => {
      const owner = owners.get(code);
      owners.set(code, file);
      return owner === undefined ? [] : [{ file, message: `the code ${code} is in ${owner} already` }];
    }),
  );
}

async function renderErrorDocs(root: string, tables: readonly ErrorTable[]): Promise<string> {
  const sections = tables.map(({ name, file, rows }) => {
    const body = Object.entries(rows).map(([code, { kind, status, help }]) => {
      const answer = status ?? kind ?? "";
      return `| \`${code}\` | ${answer} | ${help.replaceAll("|", "\\|")} |`;
    });
    const title = `${name.charAt(0)}${name.slice(1).toLowerCase()}`;
    return [
      `## ${title}`,
      `From \`${file}\`.`,
      ["| code | kind | meaning |", "| --- | --- | --- |", ...body].join("\n"),
    ];
  });
  const text = [
    "# Errors",
    "This page is generated from the error tables in the code. A code keeps its meaning for good.",
    "Kind is an HTTP status where the table gives one; else `user` means that the author of the script or the " +
      "caller can mend it, `system` that the operator can.",
    ...sections.flat(),
  ].join("\n\n");
  const options = await resolveConfig(join(root, basename(ERROR_DOCS_FILE)));
  return format(text, { ...options, parser: "markdown" });
}
