import { open, readdir } from "node:fs/promises";
import { constants } from "node:fs";
import { extname, join, relative, sep } from "node:path";
import type { ScriptLanguage } from "../../scripts/compile.ts";
import { MAX_SOURCE_BYTES, name as scriptName } from "../../scripts/fields.ts";
import type { Project } from "./manifest.ts";
import { refuseProblems } from "./problem.ts";
import type { FileProblem } from "./problem.ts";

/** A script as it lies in the project's folder. */
export interface ScriptFile {
  /** What the file is called, without its ending. */
  readonly name: string;
  /** Relative to the project's folder, with forward slashes: `scripts/pricing.ts`. */
  readonly file: string;
  readonly language: ScriptLanguage;
  readonly source: string;
}

const LANGUAGES: ReadonlyMap<string, ScriptLanguage> = new Map([
  [".ts", "ts"],
  [".js", "js"],
]);
/** Modules by other names, of which somebody may expect that they are read. */
const OTHER_ENDINGS: ReadonlySet<string> = new Set([".mts", ".cts", ".mjs", ".cjs", ".tsx", ".jsx"]);
const DECLARATIONS = ".d.ts";

/**
 * Reads the files of all scripts of a project, in the order of their names. Other files, hidden ones, declarations
 * (`.d.ts`) and folders are passed over.
 *
 * @throws ProjectError `PROJECT_INVALID` that lists every file that cannot be a script: its name is none, it is too
 * large, no UTF-8, a symbolic link, or another file has its name.
 */
export async function readScriptFiles(project: Project): Promise<ScriptFile[]> {
  const problems: FileProblem[] = [];
  const files: ScriptFile[] = [];
  const names = new Set<string>();
  for (const entry of await listEntries(project.scriptsFolder)) {
    const ending = extname(entry.name);
    if (entry.name.startsWith(".") || entry.name.endsWith(DECLARATIONS) || entry.isDirectory()) continue;
    const language = LANGUAGES.get(ending);
    if (language === undefined && !OTHER_ENDINGS.has(ending)) continue;
    const name = entry.name.slice(0, -ending.length);
    const path = join(project.scriptsFolder, entry.name);
    const file = nameFile(project, path);
    const found = await readSource(name, path, language !== undefined && entry.isFile());
    if ("message" in found) problems.push({ file, message: found.message });
    else if (names.has(name)) problems.push({ file, message: `another file is called ${name} as well` });
    else files.push({ name, file, language: language ?? "ts", source: found.source });
    names.add(name);
  }
  refuseProblems(problems);
  return files;
}

/** The file that a script has in a project, as messages name it. */
export function nameScriptFile(project: Project, name: string, language: ScriptLanguage): string {
  return nameFile(project, join(project.scriptsFolder, `${name}.${language}`));
}

function nameFile({ root }: Project, path: string): string {
  return relative(root, path).replaceAll(sep, "/");
}

async function listEntries(folder: string) {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

type Source = { readonly source: string } | { readonly message: string };

async function readSource(name: string, path: string, isScript: boolean): Promise<Source> {
  if (!isScript) return { message: "is no script: a script is a file, no link, that ends in .ts or .js" };
  const { error } = scriptName.safeParse(name);
  if (error !== undefined)
    return { message: `the name ${JSON.stringify(name)} ${error.issues[0]?.message ?? "is none"}` };
  // The file that was listed may be a link by now.
  await using handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  const { size } = await handle.stat();
  if (size > MAX_SOURCE_BYTES)
    return { message: `has ${size} bytes; a script has at most ${MAX_SOURCE_BYTES}` };
  return decode(await handle.readFile());
}

function decode(bytes: Buffer): Source {
  try {
    return { source: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { message: "is not UTF-8" };
  }
}
