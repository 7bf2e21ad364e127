import { execFile } from "node:child_process";
import { chmod, cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import type { Problem } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { PUBLISHED_PACKAGES, RELEASE_FOLDER } from "../release/packages.ts";
import type { Finding } from "./finding.ts";

const TRIAL = fileURLToPath(new URL("package-trial", import.meta.url));
const run = promisify(execFile);

/** Of installing, and of each program of the trial. */
const TRIAL_MS = 180_000;

/**
 * Packs the packages as they are published, looks at the tarballs, and installs and uses them in an empty folder
 * outside of the repository.
 */
export async function checkPackages(root: string): Promise<Finding[]> {
  const flags = ["--conditions=@skerry/source", "--import", "./scripts/tsx-loader.mjs"];
  await run(process.execPath, [...flags, "scripts/release/main.ts"], { cwd: root });
  const work = await mkdtemp(join(tmpdir(), "skerry-packages-"));
  // PostgreSQL runs as another user where this one is root, and has its data in there.
  await chmod(work, 0o755);
  try {
    const tarballs = await Promise.all(PUBLISHED_PACKAGES.map((folder) => pack(root, folder, work)));
    const findings = (await Promise.all(tarballs.map(inspect))).flat();
    if (findings.length > 0) return findings;
    return await tryOut(root, work, tarballs);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

interface Tarball {
  /** Of the manifest it was made from, relative to the repository. */
  readonly manifest: string;
  readonly path: string;
}

async function pack(root: string, folder: string, target: string): Promise<Tarball> {
  const source = join(root, "packages", folder, RELEASE_FOLDER);
  const { stdout } = await run("npm", ["pack", source, "--pack-destination", target, "--json"], {
    cwd: target,
  });
  return { manifest: `packages/${folder}/package.json`, path: join(target, readFileName(stdout)) };
}

/** npm 10 answers a list of what it packed, and npm 11 an object with an entry for each. */
function readFileName(answer: string): string {
  const [packed] = Object.values(JSON.parse(answer) as Record<string, { readonly filename: string }>);
  if (packed === undefined) throw new Error(`npm pack answered ${answer}`);
  return packed.filename;
}

async function inspect({ manifest, path }: Tarball): Promise<Finding[]> {
  const bytes = new Uint8Array(await readFile(path));
  const { messages, pkg } = await publint({ pack: { tarball: bytes.buffer }, strict: true });
  const lint = messages.map(
    (message) => `publint: ${formatMessage(message, pkg, { color: false }) ?? message.code}`,
  );
  const analysis = await checkPackage(createPackageFromTarballData(bytes));
  const types = analysis.types === false ? ["no types"] : analysis.problems.filter(concernsUs).map(describe);
  return [...lint, ...types.map((text) => `are the types wrong: ${text}`)].map((message) => ({
    file: manifest,
    message,
  }));
}

/** We publish ES modules alone, for versions of Node that CommonJS can `require` them in; an HTML file has no types. */
function concernsUs(problem: Problem): boolean {
  if ("entrypoint" in problem && problem.entrypoint.endsWith(".html")) return false;
  return !("resolutionKind" in problem && ["node10", "node16-cjs"].includes(problem.resolutionKind));
}

function describe(problem: Problem): string {
  return `${problem.kind} ${JSON.stringify(problem)}`;
}

/** @returns what did not work. */
async function tryOut(root: string, work: string, tarballs: readonly Tarball[]): Promise<Finding[]> {
  const folder = join(work, "product");
  await cp(TRIAL, folder, { recursive: true });
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const typeRoots = join(root, "node_modules/@types");
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const check = [
    "--noEmit",
    "--strict",
    "--module",
    "nodenext",
    "--target",
    "es2024",
    "--lib",
    "es2024,esnext.disposable,dom",
  ];
  const skerry = join(folder, "node_modules/skerry/bin/skerry.mjs");
  const steps: readonly (readonly [
    name: string,
    program: string,
    words: readonly string[],
    output: RegExp,
  ])[] = [
    [
      "npm install",
      "npm",
      [
        "install",
        // Also below `npm run --silent`, which hands its wish on.
        "--loglevel=notice",
        "--no-audit",
        "--no-fund",
        "--prefer-offline",
        ...tarballs.map(({ path }) => path),
      ],
      /added/,
    ],
    [
      "tsc product.ts",
      process.execPath,
      [tsc, ...check, "--typeRoots", typeRoots, "--types", "node", "product.ts"],
      /^$/,
    ],
    ["node product.ts", process.execPath, ["product.ts"], /all four packages work/],
    [
      "skerry exec",
      process.execPath,
      [skerry, "exec", "price.js", "--input", '{"quantity": 2}'],
      /^\{"total":9\}$/m,
    ],
    ["skerry doctor", process.execPath, [skerry, "doctor"], /Isolation/],
  ];
  for (const [name, program, words, output] of steps) {
    const { stdout, failure } = await attempt(program, words, folder);
    if (failure !== undefined) return [{ file: "packages", message: `${name}, installed: ${failure}` }];
    if (!output.test(stdout))
      return [{ file: "packages", message: `${name}, installed, printed: ${stdout}` }];
  }
  return [];
}

async function attempt(
  program: string,
  words: readonly string[],
  cwd: string,
): Promise<{ stdout: string; failure?: string }> {
  // As a stranger has it: nothing of this repository on the way to packages.
  const { NODE_OPTIONS: _, NODE_PATH: __, ...env } = process.env;
  try {
    return await run(program, words, { cwd, env, timeout: TRIAL_MS });
  } catch (error) {
    const { stdout = "", stderr = "", message } = error as Error & { stdout?: string; stderr?: string };
    return { stdout, failure: [message, stdout, stderr].join("\n").trim() };
  }
}
