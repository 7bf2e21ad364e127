import * as esbuild from "esbuild";
import type { ScriptLanguage } from "../db/schema.ts";
import { createLinker, nameSources, NO_SOURCE_MAP } from "../modules/linker.ts";
import type { Linker } from "../modules/linker.ts";
import { NO_MODULES } from "../modules/module.ts";
import type { BundledModule, ModuleSource } from "../modules/module.ts";
import { SkerryError } from "../problems/errors.ts";
import { describeFailure, refuseAt, refuseComplexity } from "./compile-refusal.ts";
import { createCompileTurns } from "./compile-turns.ts";

export type { ScriptLanguage } from "../db/schema.ts";

/** One file as its author wrote it. */
export interface ScriptSource {
  /** Shown in messages and stacks, e.g. `pricing.ts`. */
  readonly fileName: string;
  readonly source: string;
  readonly language: ScriptLanguage;
  /** Where it is a library: what it is imported by. */
  readonly libraryName?: string | undefined;
  /** Whose it is: tenants take turns at the compiler. Left out where no tenant waits for another. */
  readonly tenantId?: string | undefined;
}

/** What a runner loads. */
export interface CompiledScript {
  /** A classic script that leaves the module's exports in the variable `program`. */
  readonly code: string;
  /** JSON source map back to the author's file, and to the libraries' by what imports name. */
  readonly sourceMap: string;
  /** All that it imports. */
  readonly modules: readonly BundledModule[];
}

const COMPILE_TIMEOUT_MS = 3_000;
const MAX_CODE_LENGTH = 4 * 1024 * 1024;
/** Honest sources stay below 50; the compiler's work grows with the square of it. */
const MAX_NESTING = 500;
/** How deep libraries may import each other. */
const MAX_IMPORT_DEPTH = 8;
/** Stands for a `require` that a source did not declare, which is nothing that a guest has. */
const REQUIRE_MARK = "__skerry_require";
const NO_REQUIRE = { require: REQUIRE_MARK };

/**
 * Compiles one module of JavaScript or TypeScript with esbuild, with all that it imports. Types are removed, not
 * checked. Nothing is read but what is given.
 *
 * @throws SkerryError `SCRIPT_COMPILE` with line, column and code frame of each error: syntax, a top-level `await`, no
 * default export; `MODULE_NOT_ALLOWED`, `MODULE_NOT_FOUND`, `MODULE_CYCLE` or `MODULE_LIMIT` for what it imports;
 * `SCRIPT_TOO_COMPLEX` when it takes more than 3 s or makes more than 4 MiB; `CONCURRENCY_LIMIT` when too many sources of
 * the tenant wait.
 */
export async function compileScript(
  script: ScriptSource,
  modules: ModuleSource = NO_MODULES,
): Promise<CompiledScript> {
  refuseDeepNesting(script);
  using place = turns.enter(script.tenantId);
  const linker = createLinker(modules.packages, script.libraryName);
  // What a library imports is known when it is there: each attempt goes one level deeper.
  for (let depth = 0; depth <= MAX_IMPORT_DEPTH; depth += 1) {
    // A circle tells more than what the compiler has against it.
    const files = await place
      .take(() => bundleWithinTime(script, linker))
      .finally(() => linker.refuseCycle());
    const missing = linker.listMissing();
    if (missing.length === 0) return readProgram(script, files, linker);
    linker.add(await modules.findLibraries(missing));
  }
  const message = `The libraries of ${script.fileName} import each other more than ${MAX_IMPORT_DEPTH} levels deep.`;
  throw new SkerryError("MODULE_LIMIT", message);
}

/** Keeps the compiler's process from being ended by others; when the last holder lets go, it ends. */
export function holdCompiler(): AsyncDisposable {
  holders += 1;
  return {
    async [Symbol.asyncDispose]() {
      holders -= 1;
      using place = turns.enter();
      await place.take(async () => {
        if (holders === 0) await esbuild.stop();
      });
    },
  };
}

/** Several platforms may share this process, and with it the compiler's. */
let holders = 0;

/**
 * Compiling goes one by one: esbuild's service is one process for all, and the only way to end a compilation that
 * went astray is to end that process, which nobody else's compilation may share.
 */
const turns = createCompileTurns();

function readProgram(
  script: ScriptSource,
  files: readonly esbuild.OutputFile[],
  linker: Linker,
): CompiledScript {
  const code = textOf(files, ".js");
  if (code.length > MAX_CODE_LENGTH) throw refuseComplexity(script);
  const exported = listExports(code);
  if (script.libraryName === undefined && !exported.includes("default"))
    throw refuseAt(
      script,
      FIRST_LINE,
      "A script exports a function: `export default async (input, ctx) => …`",
    );
  if (exported.length === 0)
    throw refuseAt(script, FIRST_LINE, "A library exports what scripts import: `export const tax = 0.2`");
  return { code, sourceMap: nameSources(textOf(files, ".map")), modules: linker.listModules() };
}

async function bundleWithinTime(script: ScriptSource, linker: Linker): Promise<esbuild.OutputFile[]> {
  using deadline = createDeadline(COMPILE_TIMEOUT_MS);
  try {
    return await Promise.race([checkAndBundle(script, linker), deadline.passed]);
  } catch (error) {
    if (error instanceof SkerryError) throw error;
    if (isBuildFailure(error)) throw await describeFailure(script, error.errors);
    // Whatever else it was, the service is busy or dead; the next compilation starts a new one.
    await esbuild.stop();
    const died = error instanceof Error && error.message.startsWith("The service was stopped");
    throw error === DEADLINE_PASSED || died ? refuseComplexity(script) : error;
  }
}

async function checkAndBundle(script: ScriptSource, linker: Linker): Promise<esbuild.OutputFile[]> {
  await refuseSearches(script);
  return await bundle(script, linker);
}

/**
 * What an import names by a pattern the bundler searches this machine's folders for, without asking the linker; so
 * nothing of the kind gets to it.
 */
async function refuseSearches(script: ScriptSource): Promise<void> {
  const { code } = await esbuild.transform(script.source, {
    loader: script.language,
    sourcefile: script.fileName,
    charset: "utf8",
    define: NO_REQUIRE,
    logLevel: "silent",
    logOverride: { "unsupported-dynamic-import": "error" },
    tsconfigRaw: OWN_TSCONFIG,
  });
  if (!code.replaceAll(`typeof ${REQUIRE_MARK}`, "").includes(REQUIRE_MARK)) return;
  const message = "A script cannot import by `require`; write `import … from` at its top";
  throw refuseAt(script, findPlace(script.source, "require"), message, "MODULE_NOT_ALLOWED");
}

async function bundle(
  { fileName, source, language }: ScriptSource,
  linker: Linker,
): Promise<esbuild.OutputFile[]> {
  const { outputFiles } = await esbuild.build({
    stdin: { contents: `${source}\n${NO_SOURCE_MAP}`, loader: language, sourcefile: fileName },
    outfile: "program.js",
    write: false,
    bundle: true,
    format: "iife",
    globalName: "program",
    platform: "neutral",
    target: "es2024",
    charset: "utf8",
    define: NO_REQUIRE,
    // A module is strict code, and the compiler drops what says so.
    banner: { js: '"use strict";' },
    sourcemap: "external",
    logLevel: "silent",
    tsconfigRaw: OWN_TSCONFIG,
    plugins: [linker.plugin],
  });
  return outputFiles;
}

/** So that no tsconfig.json of the machine has a say, and an unused import is refused as any other. */
const OWN_TSCONFIG = { compilerOptions: { verbatimModuleSyntax: true } };
const FIRST_LINE = { line: 1 };

const DEADLINE_PASSED = Symbol("deadline passed");

function createDeadline(afterMs: number): Disposable & { readonly passed: Promise<never> } {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(DEADLINE_PASSED), afterMs);
  return { passed: promise, [Symbol.dispose]: () => clearTimeout(timer) };
}

function isBuildFailure(error: unknown): error is esbuild.BuildFailure {
  return error instanceof Error && "errors" in error && "warnings" in error;
}

function textOf(files: readonly esbuild.OutputFile[], ending: string): string {
  return files.find(({ path }) => path.endsWith(ending))?.text ?? "";
}

/** The names that a compiled script exports: the compiler lists those of the module that it began with. */
export function listExports(code: string): readonly string[] {
  const variable = /^ {2}return __toCommonJS\((?<name>\w+)\);$/m.exec(code)?.groups?.["name"] ?? "";
  const list = new RegExp(`^ {2}__export\\(${variable}, \\{$([^]*?)^ {2}\\}\\);$`, "m").exec(code)?.[1] ?? "";
  return [...list.matchAll(/^ {4}"?(?<name>[^":]+)"?: /gm)].map(({ groups }) => groups?.["name"] ?? "");
}

/** Where a word comes first; lines and columns count from 1. */
function findPlace(source: string, word: string): { readonly line: number; readonly column: number } {
  const lines = source.slice(0, Math.max(0, source.indexOf(word))).split("\n");
  return { line: lines.length, column: (lines.at(-1) ?? "").length + 1 };
}

/** Counts brackets without reading strings and comments apart, which is why the bound is generous. */
function refuseDeepNesting(script: ScriptSource): void {
  let depth = 0;
  let line = 1;
  for (let index = 0; index < script.source.length; index += 1) {
    const character = script.source[index];
    if (character === "\n") line += 1;
    else if (character === "(" || character === "[" || character === "{") depth += 1;
    else if (character === ")" || character === "]" || character === "}") depth = Math.max(0, depth - 1);
    if (depth > MAX_NESTING)
      throw refuseAt(script, { line }, `Brackets nest deeper than ${MAX_NESTING} levels`);
  }
}
