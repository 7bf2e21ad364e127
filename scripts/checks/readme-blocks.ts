import { spawn } from "node:child_process";
import { chmod, glob, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { delimiter, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Finding } from "./finding.ts";

/**
 * A fenced block of a document. The words after the language say what is done with it:
 *
 * - `run`: executed; it must exit with 0. `ts` and `js` by the project's Node, `sh` by bash with `skerry` on its path.
 * - `output`: must be what the `run` block before it wrote to stdout.
 * - `file=NAME`: written to the folder in which the later blocks of the same document run.
 * - `sketch`: left alone.
 *
 * A `ts` block without any of these must typecheck; other languages are left alone.
 */
export interface DocBlock {
  readonly language: string;
  readonly marks: ReadonlySet<string>;
  readonly fileName: string | undefined;
  readonly text: string;
  /** Line of the opening fence, counted from 1. */
  readonly line: number;
}

const DOCUMENTS = ["*.md", "docs/**/*.md", "packages/*/README.md", "examples/{,*/}README.md"];
const BLOCK_TIMEOUT_MS = 60_000;

/** The programs that run the blocks belong to this repository, whatever `root` is checked. */
const HOME = fileURLToPath(new URL("../..", import.meta.url));
const NODE_FLAGS = [
  "--conditions=@skerry/source",
  "--disable-warning=ExperimentalWarning",
  `--import=${new URL("../tsx-loader.mjs", import.meta.url).href}`,
];

/** Runs or typechecks the code blocks of every document, as their marks say. */
export async function checkReadmeBlocks(root: string): Promise<Finding[]> {
  const documents: string[] = [];
  for await (const path of glob(DOCUMENTS, { cwd: root })) documents.push(path.replaceAll(sep, "/"));

  // Inside the repository, so that the blocks find our packages by name; ignored by Git and the other checks.
  const work = join(root, ".skerry", "doc-blocks");
  await rm(work, { recursive: true, force: true });
  const findings: Finding[] = [];
  for (const document of documents.toSorted()) {
    const folder = join(work, document.replaceAll("/", "-"));
    const blocks = readBlocks(await readFile(join(root, document), "utf8"));
    findings.push(...(await runBlocks(document, blocks, folder)));
  }
  findings.push(...(await typecheck(work)));
  await rm(work, { recursive: true, force: true });
  return findings;
}

/** Takes the fenced blocks out of a Markdown text. */
export function readBlocks(text: string): DocBlock[] {
  const blocks: DocBlock[] = [];
  let open: { readonly info: readonly string[]; readonly line: number; readonly lines: string[] } | undefined;
  for (const [index, line] of text.split("\n").entries()) {
    if (open === undefined) {
      const info = /^```(\S.*)?$/.exec(line);
      if (info !== null) open = { info: (info[1] ?? "").split(/\s+/), line: index + 1, lines: [] };
    } else if (line === "```") {
      const [language = "", ...words] = open.info;
      const fileName = words.find((word) => word.startsWith("file="))?.slice("file=".length);
      const body = `${open.lines.join("\n")}\n`;
      blocks.push({ language, marks: new Set(words), fileName, text: body, line: open.line });
      open = undefined;
    } else {
      open.lines.push(line);
    }
  }
  return blocks;
}

/** Runs the blocks of one document in order, in one folder, and leaves there what is to be typechecked. */
async function runBlocks(document: string, blocks: readonly DocBlock[], folder: string): Promise<Finding[]> {
  const findings: Finding[] = [];
  let stdout = "";
  await mkdir(folder, { recursive: true });
  for (const block of blocks) {
    const report = (message: string): number => findings.push({ file: document, line: block.line, message });
    if (block.fileName !== undefined) await writeFile(join(folder, block.fileName), block.text);
    if (block.marks.has("run")) {
      const result = await runBlock(block, folder);
      stdout = result.stdout;
      if (result.exitCode !== 0) report(`ends with exit code ${result.exitCode}: ${result.stderr.trim()}`);
    } else if (block.marks.has("output")) {
      if (stdout.trim() !== block.text.trim()) report(`the block before it writes instead: ${stdout.trim()}`);
    } else if (block.language === "ts" && !block.marks.has("sketch") && block.fileName === undefined) {
      await writeFile(join(folder, `line-${block.line}.ts`), asModule(block.text));
    }
  }
  return findings;
}

interface BlockResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function runBlock(block: DocBlock, folder: string): Promise<BlockResult> {
  if (block.language === "sh") {
    const path = `${await writeSkerryCommand(folder)}${delimiter}${process.env["PATH"] ?? ""}`;
    return runProgram("bash", ["-euo", "pipefail", "-c", block.text], folder, path);
  }
  const file = join(folder, `line-${block.line}.${block.language}`);
  await writeFile(file, asModule(block.text));
  return runProgram(process.execPath, [...NODE_FLAGS, file], folder, process.env["PATH"] ?? "");
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

function runProgram(
  command: string,
  words: readonly string[],
  cwd: string,
  path: string,
): Promise<BlockResult> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, PATH: path };
    const child = spawn(command, words, {
      cwd,
      env,
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

/** Typechecks what `runBlocks` left, all documents in one go, by the repository's own rules. */
async function typecheck(work: string): Promise<Finding[]> {
  const files: string[] = [];
  for await (const file of glob("*/*.ts", { cwd: work })) files.push(file);
  if (files.length === 0) return [];
  const project = join(work, "tsconfig.json");
  const extended = join(HOME, "tsconfig.json");
  // Blocks import packages, and those lean on declarations that nothing imports.
  const ambient = [join(HOME, "packages/*/src/**/*.d.ts")];
  const compilerOptions = { noUnusedLocals: false, typeRoots: [join(HOME, "node_modules/@types")] };
  await writeFile(project, JSON.stringify({ extends: extended, compilerOptions, files, include: ambient }));
  const tsc = join(HOME, "node_modules/typescript/bin/tsc");
  const result = await runProgram(process.execPath, [tsc, "--pretty", "false", "-p", project], work, "");
  if (result.exitCode === 0) return [];
  const messages = result.stdout.split("\n").filter((line) => line.includes("error TS"));
  return messages.map((message) => {
    const place = /([^/\\]+\.md)[/\\]line-(\d+)\.ts\((\d+),/.exec(message);
    if (place === null) return { file: "README.md", message };
    const [, file = "", line, offset] = place;
    return { file, line: Number(line) + Number(offset), message: message.replace(/^.*error /, "") };
  });
}

/** Without an import or export Node and TypeScript would take the block for a script. */
function asModule(text: string): string {
  return `${text}export {};\n`;
}
