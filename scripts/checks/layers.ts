import { readFile } from "node:fs/promises";
import { join, posix } from "node:path";
import type { Finding } from "./finding.ts";
import { readSourceFiles, type SourceFile, type SourceImport } from "./source-files.ts";

/** Which workspace may import which: the arrows of ARCHITECTURE.md. Folders that are not named may import all. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  "packages/sandbox": [],
  "packages/expressions": ["packages/sandbox"],
  "packages/client": [],
  "packages/server": ["packages/expressions", "packages/sandbox", "packages/client"],
};

/** What guest code may import besides guest code: packages that need nothing but ECMAScript. */
const PURE_PACKAGES = ["@noble/hashes", "dequal", "jmespath", "lodash", "luxon"];

/** Names that say nothing; such a file becomes everybody's drawer. */
const VAGUE_NAMES = new Set(["util", "utils", "helper", "helpers", "common", "misc", "shared"]);

interface Workspace {
  readonly folder: string;
  readonly name: string;
  /** The specifiers under which others may import it. */
  readonly entries: ReadonlySet<string>;
}

/** Refuses imports against the arrows, past a package's exports, out of guest code, and in circles. */
export async function checkLayers(root: string): Promise<Finding[]> {
  const files = await readSourceFiles(root);
  const workspaces = await readWorkspaces(root);
  return [
    ...files.flatMap(checkShape),
    ...files.flatMap((file) => file.imports.flatMap((item) => checkImport(file, item, workspaces))),
    ...findCycles(files),
  ];
}

async function readWorkspaces(root: string): Promise<Workspace[]> {
  const { workspaces } = (await readJson(join(root, "package.json"))) as { workspaces: string[] };
  return Promise.all(
    workspaces.map(async (folder) => {
      const manifest = (await readJson(join(root, folder, "package.json"))) as {
        name: string;
        exports?: Record<string, unknown>;
      };
      const entries = Object.keys(manifest.exports ?? {}).map((entry) => posix.join(manifest.name, entry));
      return { folder, name: manifest.name, entries: new Set(entries) };
    }),
  );
}

async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, "utf8"));
}

function checkShape(file: SourceFile): Finding[] {
  const vague = file.path.split("/").find((part) => VAGUE_NAMES.has(part.replace(/\..*$/, "")));
  return [
    ...file.starExportLines.map((line) => ({
      file: file.path,
      line,
      message: '"export *" hides what a module offers; name the exports',
    })),
    ...(vague === undefined
      ? []
      : [{ file: file.path, message: `"${vague}" says nothing; name the file after the thing in it` }]),
  ];
}

function checkImport(file: SourceFile, item: SourceImport, workspaces: readonly Workspace[]): Finding[] {
  const refuse = (message: string): Finding[] => [{ file: file.path, line: item.line, message }];
  const { specifier } = item;
  const home = workspaces.find(({ folder }) => file.path.startsWith(`${folder}/`));
  const isRelative = specifier.startsWith(".");

  if (isGuestFile(file.path) && !item.isTypeOnly && !isGuestSpecifier(file.path, specifier)) {
    return refuse(`guest code imports "${specifier}"; it may import guest folders and pure packages only`);
  }
  if (isRelative) {
    const target = resolveRelative(file.path, specifier);
    return home === undefined || target.startsWith(`${home.folder}/`)
      ? []
      : refuse(`"${specifier}" leaves the package; import the other package by its name`);
  }
  const target = workspaces.find(({ name }) => specifier === name || specifier.startsWith(`${name}/`));
  if (target === undefined) return [];
  if (!target.entries.has(specifier)) {
    return refuse(`"${specifier}" is not in the exports of ${target.name}: no deep imports`);
  }
  const allowed = home === undefined ? undefined : ARROWS[home.folder];
  if (home === target || allowed === undefined || allowed.includes(target.folder)) return [];
  return refuse(
    `${home?.folder} must not import ${target.folder}; it may import: ${allowed.join(", ") || "none"}`,
  );
}

/** Tests of guest code run in Node and may import what they like. */
function isGuestFile(path: string): boolean {
  return path.includes("/guest/") && !/\.test\.tsx?$/.test(path);
}

function isGuestSpecifier(path: string, specifier: string): boolean {
  if (specifier.startsWith(".")) return resolveRelative(path, specifier).includes("/guest/");
  return (
    /^@skerry\/\w+\/guest$/.test(specifier) ||
    PURE_PACKAGES.some((name) => specifier === name || specifier.startsWith(`${name}/`))
  );
}

function resolveRelative(path: string, specifier: string): string {
  return posix.join(posix.dirname(path), specifier);
}

/** Finds each circle of files once. Imports of types alone do not count: nothing of them is left at run time. */
function findCycles(files: readonly SourceFile[]): Finding[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const done = new Set<string>();
  const findings: Finding[] = [];

  function visit(file: SourceFile, trail: readonly string[]): void {
    const start = trail.indexOf(file.path);
    if (start !== -1) {
      const circle = [...trail.slice(start), file.path].join(" → ");
      findings.push({ file: file.path, message: `circular import: ${circle}` });
      return;
    }
    if (done.has(file.path)) return;
    for (const { specifier, isTypeOnly } of file.imports) {
      const target = specifier.startsWith(".")
        ? byPath.get(resolveRelative(file.path, specifier))
        : undefined;
      if (target !== undefined && !isTypeOnly) visit(target, [...trail, file.path]);
    }
    done.add(file.path);
  }

  for (const file of files) visit(file, []);
  return findings;
}
