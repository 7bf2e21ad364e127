import * as esbuild from "esbuild";
import type { ScriptLanguage } from "../db/schema.ts";
import { SkerryError } from "../problems/errors.ts";
import type { ErrorDetail } from "../problems/errors.ts";

export type { ScriptLanguage } from "../db/schema.ts";

/** One file as its author wrote it. */
export interface ScriptSource {
  /** Shown in messages and stacks, e.g. `pricing.ts`. */
  readonly fileName: string;
  readonly source: string;
  readonly language: ScriptLanguage;
}

/** What a runner loads. */
export interface CompiledScript {
  /** A classic script that leaves the module's exports in the variable `program`. */
  readonly code: string;
  /** JSON source map back to the author's file. */
  readonly sourceMap: string;
}

const COMPILE_TIMEOUT_MS = 3_000;
/** The compiler opens the file that the last such comment of a source names, whatever it is. It must not be the author's. */
const NO_SOURCE_MAP = "//# sourceMappingURL=data:application/json,{}";
const MAX_CODE_LENGTH = 4 * 1024 * 1024;
/** Honest sources stay below 50; the compiler's work grows with the square of it. */
const MAX_NESTING = 500;

/**
 * Compiles one module of JavaScript or TypeScript with esbuild. Types are removed, not checked.
 *
 * @throws SkerryError `SCRIPT_COMPILE` with line, column and code frame of each error: syntax, an import of anything,
 * a top-level `await`, no default export; `SCRIPT_TOO_COMPLEX` when it takes more than 3 s or makes more than 4 MiB.
 */
export async function compileScript(script: ScriptSource): Promise<CompiledScript> {
  refuseDeepNesting(script);
  const turn = lastTurn.then(() => compileNow(script));
  lastTurn = turn.catch(() => {});
  return turn;
}

/** Keeps the compiler's process from being ended by others; when the last holder lets go, it ends. */
export function holdCompiler(): AsyncDisposable {
  holders += 1;
  return {
    async [Symbol.asyncDispose]() {
      holders -= 1;
      lastTurn = lastTurn.then(() => (holders === 0 ? esbuild.stop() : undefined));
      await lastTurn;
    },
  };
}

/** Several platforms may share this process, and with it the compiler's. */
let holders = 0;

/**
 * Compiling goes one by one: esbuild's service is one process for all, and the only way to end a compilation that
 * went astray is to end that process, which nobody else's compilation may share.
 */
let lastTurn: Promise<unknown> = Promise.resolve();

async function compileNow(script: ScriptSource): Promise<CompiledScript> {
  const files = await bundleWithinTime(script);
  const code = textOf(files, ".js");
  if (code.length > MAX_CODE_LENGTH) throw refuseComplexity(script);
  if (!exportsDefault(code))
    throw refuseAt(script, 1, "A script exports a function: `export default async (input, ctx) => …`");
  return { code, sourceMap: textOf(files, ".map") };
}

async function bundleWithinTime(script: ScriptSource): Promise<esbuild.OutputFile[]> {
  using deadline = createDeadline(COMPILE_TIMEOUT_MS);
  try {
    return await Promise.race([bundle(script), deadline.passed]);
  } catch (error) {
    if (isBuildFailure(error)) throw await describeFailure(script, error.errors);
    // Whatever else it was, the service is busy or dead; the next compilation starts a new one.
    await esbuild.stop();
    const died = error instanceof Error && error.message.startsWith("The service was stopped");
    throw error === DEADLINE_PASSED || died ? refuseComplexity(script) : error;
  }
}

async function bundle({ fileName, source, language }: ScriptSource): Promise<esbuild.OutputFile[]> {
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
    // A module is strict code, and the compiler drops what says so.
    banner: { js: '"use strict";' },
    sourcemap: "external",
    logLevel: "silent",
    // Own settings, so that no tsconfig.json of the machine has a say, and an unused import is refused as any other.
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
    plugins: [refuseImports],
  });
  return outputFiles;
}

/** Without it the compiler would read the files of this machine into the script. */
const refuseImports: esbuild.Plugin = {
  name: "refuse-imports",
  setup: (build) => {
    build.onResolve({ filter: /.*/ }, ({ path }) => ({
      errors: [
        {
          text: `A script cannot import: ${JSON.stringify(path)}. What it needs is in \`ctx\` and the web globals`,
        },
      ],
    }));
  },
};

const DEADLINE_PASSED = Symbol("deadline passed");

function createDeadline(afterMs: number): Disposable & { readonly passed: Promise<never> } {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(DEADLINE_PASSED), afterMs);
  return { passed: promise, [Symbol.dispose]: () => clearTimeout(timer) };
}

function isBuildFailure(error: unknown): error is esbuild.BuildFailure {
  return error instanceof Error && "errors" in error && "warnings" in error;
}

async function describeFailure(script: ScriptSource, messages: esbuild.Message[]): Promise<SkerryError> {
  const frames = await esbuild.formatMessages(messages, { kind: "error", color: false });
  const details = messages.map((message, index) => describeMessage(message, frames[index] ?? ""));
  return refuse(script, details);
}

function describeMessage({ text, location }: esbuild.Message, frame: string): ErrorDetail {
  const message = MESSAGES.get(text) ?? text;
  if (location === null) return { path: "source", message };
  const before = Buffer.from(location.lineText).subarray(0, location.column).toString();
  return { path: "source", message, line: location.line, column: before.length + 1, frame: cutFrame(frame) };
}

/** What the compiler says of things that are ours to explain. */
const MESSAGES: ReadonlyMap<string, string> = new Map([
  [
    'Top-level await is currently not supported with the "iife" output format',
    "A script cannot `await` at its top level; do it inside the exported function",
  ],
]);

/** The source lines of a formatted message, without its headline, which repeats the message. */
function cutFrame(formatted: string): string {
  return formatted
    .split("\n")
    .filter((line) => /^\s+(?:\d+ │|╵)/.test(line))
    .join("\n");
}

function refuseAt(script: ScriptSource, line: number, message: string): SkerryError {
  return refuse(script, [{ path: "source", message, line, column: 1 }]);
}

function refuse({ fileName }: ScriptSource, details: readonly ErrorDetail[]): SkerryError {
  const [first] = details;
  const place = first?.line === undefined ? fileName : `${fileName}:${first.line}:${first.column}`;
  const more = details.length > 1 ? ` (and ${details.length - 1} more)` : "";
  return new SkerryError("SCRIPT_COMPILE", `${place}: ${first?.message}${more}.`, { details });
}

function refuseComplexity({ fileName }: ScriptSource): SkerryError {
  return new SkerryError(
    "SCRIPT_TOO_COMPLEX",
    `${fileName} is nested too deep or too large to compile. Split it up.`,
  );
}

function textOf(files: readonly esbuild.OutputFile[], ending: string): string {
  return files.find(({ path }) => path.endsWith(ending))?.text ?? "";
}

/** Reads the list of exports that the compiler writes at the top of the program. */
function exportsDefault(code: string): boolean {
  const list = /^ {2}__export\(\w+, \{$(?<names>[^]*?)^ {2}\}\);$/m.exec(code)?.groups?.["names"] ?? "";
  return /^ {4}default: /m.test(list);
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
    if (depth > MAX_NESTING) throw refuseAt(script, line, `Brackets nest deeper than ${MAX_NESTING} levels`);
  }
}
