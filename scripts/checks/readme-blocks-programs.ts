import { spawn } from "node:child_process";
import { chmod, glob, mkdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Finding } from "./finding.ts";

const BLOCK_TIMEOUT_MS = 120_000;

/** The programs that run the blocks belong to this repository, whatever `root` is checked. */
export const HOME = fileURLToPath(new URL("../..", import.meta.url));

/** With these, Node runs the repository's sources. */
export const NODE_FLAGS = [
  "--conditions=@skerry/source",
  "--disable-warning=ExperimentalWarning",
  `--import=${new URL("../tsx-loader.mjs", import.meta.url).href}`,
];

export interface ProgramResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface ProgramOptions {
  readonly cwd: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs lines of a shell as their reader would who has installed `skerry`. */
export async function runShell(text: string, { cwd, env = {} }: ProgramOptions): Promise<ProgramResult> {
  const path = `${await writeSkerryCommand(cwd)}${delimiter}${process.env["PATH"] ?? ""}`;
  return runProgram("bash", ["-euo", "pipefail", "-c", text], { cwd, env: { ...env, PATH: path } });
}

/** Runs a module that lies in the folder by the project's own Node. */
export function runModule(file: string, options: ProgramOptions): Promise<ProgramResult> {
  return runProgram(process.execPath, [...NODE_FLAGS, file], options);
}

/** What an installed `skerry` is to a reader, from this repository's sources. */
async function writeSkerryCommand(folder: string): Promise<string> {
  const bin = join(folder, ".bin");
  const program = join(HOME, "packages/server/bin/skerry.mjs");
  const command = [process.execPath, ...NODE_FLAGS, program].map(
    (word) => `'${word.replaceAll("'", `'\\''`)}'`,
  );
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, "skerry"), `#!/bin/sh\nexec ${command.join(" ")} "$@"\n`);
  await chmod(join(bin, "skerry"), 0o755);
  return bin;
}

/** Rules of blocks of the host: the repository's own. */
const HOST_PROJECT = {
  extends: join(HOME, "tsconfig.json"),
  compilerOptions: { noUnusedLocals: false, typeRoots: [join(HOME, "node_modules/@types")] },
  // Blocks import packages, and those lean on declarations that nothing imports.
  include: [join(HOME, "packages/*/src/**/*.d.ts")],
};

/** Rules of scripts: what an editor of them has, but JavaScript need not say its types. */
const SCRIPT_PROJECT = {
  compilerOptions: {
    lib: ["es2024"],
    types: [],
    target: "es2024",
    module: "esnext",
    moduleResolution: "bundler",
    moduleDetection: "force",
    strict: true,
    noImplicitAny: false,
    useUnknownInCatchVariables: false,
    noEmit: true,
  },
  include: ["*.d.ts"],
};

/** Typechecks `folder/line-N.ts` of all documents in one go. */
export function typecheckBlocks(work: string): Promise<Finding[]> {
  return typecheck(work, HOST_PROJECT);
}

/** The same for scripts, as {@link asTypedScript} makes them, whose declarations lie in the folder too. */
export function typecheckScripts(work: string): Promise<Finding[]> {
  return typecheck(work, SCRIPT_PROJECT);
}

/** What starts a script decides what it finds in `ctx.trigger`. */
const HANDLER_TYPES: Readonly<Record<string, string>> = {
  http: "Skerry.HttpHandler",
  scheduled: '(input: any, ctx: Skerry.Context<"cron">) => unknown',
  event: '(input: any, ctx: Skerry.Context<"event">) => unknown',
};

/** The same script, line by line, with the type of what it exports. */
export function asTypedScript(source: string, type: string): string {
  const handler = HANDLER_TYPES[type] ?? "Skerry.Handler";
  return source.replace(/^export default /m, `export const exported: ${handler} = `);
}

async function typecheck(work: string, project: object): Promise<Finding[]> {
  const files: string[] = [];
  for await (const file of glob("*/*.ts", { cwd: work })) files.push(file);
  if (files.length === 0) return [];
  await writeFile(join(work, "tsconfig.json"), JSON.stringify({ ...project, files }));
  const tsc = join(HOME, "node_modules/typescript/bin/tsc");
  const result = await runProgram(process.execPath, [tsc, "--pretty", "false", "-p", work], { cwd: work });
  if (result.exitCode === 0) return [];
  const messages = result.stdout.split("\n").filter((line) => line.includes("error TS"));
  return messages.map((message) => {
    const place = /([^/\\]+\.md)[/\\]line-(\d+)\.ts\((\d+),/.exec(message);
    if (place === null) return { file: "README.md", message };
    const [, folder = "", line, offset] = place;
    const file = folder.replaceAll("--", "/");
    return { file, line: Number(line) + Number(offset), message: message.replace(/^.*error /, "") };
  });
}

function runProgram(
  command: string,
  words: readonly string[],
  { cwd, env = {} }: ProgramOptions,
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, words, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: BLOCK_TIMEOUT_MS,
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => (stdout += chunk));
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk));
    child.once("error", reject);
    child.once("close", (code, signal) => {
      resolve({
        exitCode: code ?? 1,
        stdout,
        stderr: signal === null ? stderr : `${stderr}\nkilled by ${signal}`,
      });
    });
  });
}
