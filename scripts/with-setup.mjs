// Runs a program of this repository on the repository's own Node, after installing what is missing.
//
//   node scripts/with-setup.mjs [PROGRAM [ARGUMENT ...]]
//
// It is the first thing that runs on a fresh clone, so it needs no dependency and any Node from 20 on.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimes,
  writeFileSync,
} from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const modules = join(root, "node_modules");
const ownNode = join(modules, "node", "bin", process.platform === "win32" ? "node.exe" : "node");
const stamp = join(modules, ".skerry-setup");
// Beside node_modules, because `npm ci` empties that folder while the lock is held.
const lock = join(root, ".skerry", "setup.lock");

const LOCK_TOUCH_MS = 1_000;
const LOCK_STALE_MS = 15_000;
const LOCK_POLL_MS = 100;
const WRITE_REFUSALS = new Set(["EACCES", "EPERM", "EROFS"]);
const FORWARDED_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];
/** A shell's exit code for a program that does not run; npm passes on what an install script ended with. */
const NOT_RUN = 127;
const NODE_NEEDS =
  "on Linux the project's own Node needs libatomic (Debian and Ubuntu: apt-get install libatomic1)";
const DEPENDENCY_FIELDS = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"];

try {
  await ensureSetup();
  const [program, ...programArguments] = process.argv.slice(2);
  if (program !== undefined) await runProgram(program, programArguments);
} catch (error) {
  process.stderr.write(`setup: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

/** Installs unless the stamp says that exactly this lock file and these manifests are in place. */
async function ensureSetup() {
  const fingerprint = readFingerprint();
  if (isStamped(fingerprint)) return;
  // Installed by hand with npm: nothing to do, also in a folder that this user cannot write.
  if (isInstalled() && (await readOwnNodeVersion()) === readPinnedNode()) return writeStamp(fingerprint);

  const release = await takeLock();
  try {
    if (isStamped(fingerprint)) return; // another process did it while this one waited
    const startedAt = Date.now();
    process.stderr.write("setup: installing dependencies (npm ci) ... ");
    if (!isInstalled()) await installPackages();
    await ensureOwnNode();
    writeStamp(fingerprint);
    process.stderr.write(`done in ${((Date.now() - startedAt) / 1000).toFixed(1)} s\n`);
  } finally {
    release();
  }
}

async function installPackages() {
  // `dev` and `optional` by name: NODE_ENV=production or an npmrc must not take the tools away.
  const options = ["--include=dev", "--include=optional", "--no-audit", "--no-fund", "--loglevel=error"];
  const exit = await runNpm(["ci", ...options]);
  if (exit === 0) return;
  const hint = exit === NOT_RUN ? ` A program does not run here: ${NODE_NEEDS}.` : "";
  throw new Error(`"npm ci" ended with exit code ${exit}. Its messages are above.${hint}`);
}

/** Mends what npm leaves out when it was told, or decides by itself, not to run install scripts. */
async function ensureOwnNode() {
  const pinned = readPinnedNode();
  if ((await readOwnNodeVersion()) === pinned) return;
  const folder = join(modules, "node");
  await run(process.execPath, ["installArchSpecificPackage.js"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
  });
  linkOwnNode();
  const found = await readOwnNodeVersion();
  if (found === pinned) return;
  throw new Error(
    `the project's own Node should be ${pinned}, found ${found ?? "none that runs"} at ${ownNode}. ` +
      `Delete node_modules and try again; there must be a Node build for this platform in the npm registry, and ${NODE_NEEDS}.`,
  );
}

/** npm links only programs that were there at its time. With the link, `node` means ours in every npm script. */
function linkOwnNode() {
  const link = join(modules, ".bin", "node");
  if (process.platform !== "win32" && !existsSync(link)) symlinkSync(join("..", "node", "bin", "node"), link);
}

function runNpm(npmArguments) {
  // npm tells its success on stdout and its errors on stderr; this script's one line tells the success.
  const options = { cwd: root, stdio: ["ignore", "ignore", "inherit"] };
  const npmCli = process.env.npm_execpath;
  // npm's own Node: the project's Node may be the very file that npm is about to replace.
  if (npmCli?.endsWith("npm-cli.js")) {
    return run(process.env.npm_node_execpath ?? process.execPath, [npmCli, ...npmArguments], options);
  }
  return run("npm", npmArguments, { ...options, shell: process.platform === "win32" });
}

/** @returns the exit code, 1 for an end by signal. */
function run(command, commandArguments, options) {
  return new Promise((done, fail) => {
    const child = spawn(command, commandArguments, options);
    child.once("error", (error) => fail(new Error(`cannot run ${command}: ${error.message}`)));
    child.once("exit", (code) => done(code ?? 1));
  });
}

/** @returns e.g. `26.10.0`, or undefined when the file is missing or does not run. */
function readOwnNodeVersion() {
  return new Promise((done) => {
    const child = spawn(ownNode, ["--version"], { stdio: ["ignore", "pipe", "ignore"], env: {} });
    let text = "";
    child.stdout?.on("data", (chunk) => (text += chunk));
    child.once("error", () => done(undefined));
    child.once("close", (code) => done(code === 0 ? text.trim().replace(/^v/, "") : undefined));
  });
}

function readPinnedNode() {
  return readJson("package.json").devDependencies.node;
}

/** One hash over everything that decides what has to be installed, and for which machine. */
function readFingerprint() {
  const hash = createHash("sha256").update(`${process.platform} ${process.arch}\0`);
  for (const file of ["package-lock.json", ...listManifests()]) hash.update(readFileSync(join(root, file)));
  return hash.digest("hex");
}

function listManifests() {
  return ["package.json", ...readJson("package.json").workspaces.map((folder) => `${folder}/package.json`)];
}

function isStamped(fingerprint) {
  return existsSync(stamp) && readFileSync(stamp, "utf8") === fingerprint && existsSync(ownNode);
}

function writeStamp(fingerprint) {
  try {
    writeFileSync(stamp, fingerprint);
  } catch (error) {
    // Someone else's clone: the check is repeated on the next run, which is slower but not wrong.
    if (!WRITE_REFUSALS.has(error.code)) throw error;
  }
}

/** Compares npm's own record of what lies in node_modules with the lock file, and that with the manifests. */
function isInstalled() {
  const record = join("node_modules", ".package-lock.json");
  if (!existsSync(join(root, record))) return false;
  const wanted = readJson("package-lock.json").packages;
  const found = readJson(record).packages;
  const manifestsAgree = listManifests().every((file) => {
    const entry = wanted[file.replace(/\/?package\.json$/, "")] ?? {};
    const manifest = readJson(file);
    return DEPENDENCY_FIELDS.every((field) => isSameRecord(entry[field], manifest[field]));
  });
  const packagesAgree = Object.entries(wanted).every(([path, entry]) => {
    if (!path.includes("node_modules/")) return true;
    const present = found[path];
    if (present === undefined) return entry.optional === true || entry.devOptional === true;
    return present.version === entry.version && present.integrity === entry.integrity;
  });
  return manifestsAgree && packagesAgree;
}

function isSameRecord(left = {}, right = {}) {
  const names = Object.keys(left);
  return names.length === Object.keys(right).length && names.every((name) => left[name] === right[name]);
}

function readJson(file) {
  return JSON.parse(readFileSync(join(root, file), "utf8"));
}

/**
 * Waits until no other setup of this clone runs. The holder touches the file every second; one that was not
 * touched for 15 s belongs to a process that died. (A process id would mean nothing in another container.)
 *
 * @returns the function that gives the lock back.
 */
async function takeLock() {
  for (let told = false; ; told = true) {
    try {
      mkdirSync(dirname(lock), { recursive: true });
      writeFileSync(lock, String(process.pid), { flag: "wx" });
      break;
    } catch (error) {
      if (WRITE_REFUSALS.has(error.code)) {
        throw new Error(`cannot write to ${root}; run as the owner of this clone`, { cause: error });
      }
      if (error.code !== "EEXIST") throw error;
    }
    if (!told) process.stderr.write("setup: waiting for another setup of this clone\n");
    if (isStale()) rmSync(lock, { force: true });
    else await new Promise((done) => setTimeout(done, LOCK_POLL_MS));
  }
  // Errors are let go: a touch that is missed once costs nothing.
  const touch = setInterval(() => utimes(lock, new Date(), new Date(), () => {}), LOCK_TOUCH_MS);
  return () => {
    clearInterval(touch);
    rmSync(lock, { force: true });
  };
}

function isStale() {
  const status = statSync(lock, { throwIfNoEntry: false });
  return status !== undefined && Date.now() - status.mtimeMs > LOCK_STALE_MS;
}

/** Becomes, as far as the caller can see, the program: same terminal, signals and exit code. */
function runProgram(program, programArguments) {
  const file = resolve(root, program);
  const flags = file.startsWith(modules + sep) ? [] : sourceFlags();
  const child = spawn(ownNode, [...flags, file, ...programArguments], {
    stdio: "inherit",
    cwd: findCallersFolder(),
    env: { ...process.env, PATH: `${join(modules, ".bin")}${delimiter}${process.env.PATH ?? ""}` },
  });
  for (const signal of FORWARDED_SIGNALS) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to the whole process group: the program has it already.
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    });
  }
  return new Promise((done, fail) => {
    child.once("error", fail);
    child.once("exit", (code, signal) => {
      process.exitCode = code ?? 128 + constants.signals[signal];
      done();
    });
  });
}

/** npm changes to the root of the clone; who calls the command line means files of the folder that they are in. */
function findCallersFolder() {
  return process.env.npm_lifecycle_event === "skerry" ? process.env.INIT_CWD : undefined;
}

/** Lets Node take our TypeScript as it is: sources instead of builds, and pages in TSX. */
function sourceFlags() {
  return [
    "--conditions=@skerry/source",
    "--disable-warning=ExperimentalWarning",
    `--import=${pathToFileURL(join(root, "scripts", "tsx-loader.mjs")).href}`,
  ];
}
