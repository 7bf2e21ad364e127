import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

/** Stands in for npm: installs this process's Node as the project's and tells each call in a file. */
const NPM = `
import { appendFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
appendFileSync("npm-calls", process.argv.slice(2).join(" ") + "\\n");
mkdirSync("node_modules/node/bin", { recursive: true });
mkdirSync("node_modules/.bin", { recursive: true });
if (process.env.NPM_BLOCKS_SCRIPTS === "1") {
  const install = "const fs = require('fs'); fs.mkdirSync('bin'); fs.symlinkSync(process.execPath, 'bin/node');";
  rmSync("node_modules/node/bin", { recursive: true });
  writeFileSync("node_modules/node/installArchSpecificPackage.js", install);
} else {
  symlinkSync(process.execPath, "node_modules/node/bin/node");
}
writeFileSync("node_modules/.package-lock.json", JSON.stringify({ packages: {} }));
process.exit(Number(process.env.NPM_EXIT ?? 0));
`;

const PROGRAM = `
if (process.argv[2] === "wait") {
  process.on("SIGTERM", () => process.exit(7));
  setInterval(() => {}, 1_000);
}
console.log(JSON.stringify({ version: process.version, words: process.argv.slice(2), cwd: process.cwd() }));
if (process.argv[2] === "exit") process.exitCode = Number(process.argv[3]);
`;

interface Clone {
  readonly root: string;
  start(words: readonly string[], env?: Readonly<Record<string, string>>): ChildProcess;
  run(words: readonly string[], env?: Readonly<Record<string, string>>): Promise<RunResult>;
  readNpmCalls(): Promise<number>;
}

interface RunResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function createClone(): Promise<Clone> {
  const root = await mkdtemp(join(tmpdir(), "skerry clone with spaces "));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  await mkdir(join(root, "scripts"));
  await mkdir(join(root, "npm"));
  for (const script of ["with-setup.mjs", "tsx-loader.mjs"]) {
    await copyFile(fileURLToPath(new URL(script, import.meta.url)), join(root, "scripts", script));
  }
  const devDependencies = { node: process.versions.node };
  await writeFile(
    join(root, "package.json"),
    JSON.stringify({ type: "module", workspaces: [], devDependencies }),
  );
  await writeFile(join(root, "package-lock.json"), JSON.stringify({ packages: { "": { devDependencies } } }));
  await writeFile(join(root, "program.ts"), PROGRAM);
  await writeFile(join(root, "npm", "package.json"), '{ "type": "module" }');
  await writeFile(join(root, "npm", "npm-cli.js"), NPM);

  const start: Clone["start"] = (words, env = {}) =>
    spawn(process.execPath, [join(root, "scripts", "with-setup.mjs"), ...words], {
      cwd: root,
      env: { PATH: process.env["PATH"], npm_execpath: join(root, "npm", "npm-cli.js"), ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
  return {
    root,
    start,
    async run(words, env) {
      const child = start(words, env);
      const [stdout, stderr] = await Promise.all([
        readAll(child.stdout),
        readAll(child.stderr),
        once(child, "close"),
      ]);
      return { exitCode: child.exitCode, stdout, stderr };
    },
    async readNpmCalls() {
      return (await readFile(join(root, "npm-calls"), "utf8")).trim().split("\n").length;
    },
  };
}

function readAll(stream: ChildProcess["stdout"]): Promise<string> {
  return stream === null ? Promise.resolve("") : text(stream);
}

test("installs once, then runs the program with its words, folder and exit code", async () => {
  const clone = await createClone();
  const first = await clone.run(["program.ts", "exit", "3", "two words"]);
  expect(first).toMatchObject({
    exitCode: 3,
    stderr: expect.stringMatching(/^setup: installing .*done in [\d.]+ s\n$/),
  });
  expect(JSON.parse(first.stdout)).toEqual({
    version: process.version,
    words: ["exit", "3", "two words"],
    cwd: clone.root,
  });
  expect(await clone.run(["program.ts"])).toMatchObject({ exitCode: 0, stderr: "" });
  expect(await clone.readNpmCalls()).toBe(1);
});

test("a command line that npm runs means files of the folder that it was called in", async () => {
  const clone = await createClone();
  const folder = join(clone.root, "npm");
  const env = { npm_lifecycle_event: "skerry", INIT_CWD: folder };
  expect(JSON.parse((await clone.run(["program.ts"], env)).stdout)).toMatchObject({ cwd: folder });
  const started = await clone.run(["program.ts"], { ...env, npm_lifecycle_event: "start" });
  expect(JSON.parse(started.stdout)).toMatchObject({ cwd: clone.root });
});

test("the linked program of a clone runs the sources, from any folder and by any Node", async () => {
  const folder = await mkdtemp(join(tmpdir(), "skerry scripts "));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "half.js"), "export default (input) => input.n / 2");
  const program = fileURLToPath(new URL("../packages/server/bin/skerry.mjs", import.meta.url));
  const child = spawn(process.execPath, [program, "exec", "half.js", "--input", '{"n": 84}'], {
    cwd: folder,
    env: { PATH: process.env["PATH"] },
  });
  const [stdout, stderr] = await Promise.all([
    readAll(child.stdout),
    readAll(child.stderr),
    once(child, "close"),
  ]);
  expect({ exitCode: child.exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: "42\n", stderr: "" });
});

test("an installed program runs nothing of the project that it is installed in", async () => {
  const project = await mkdtemp(join(tmpdir(), "skerry project "));
  onTestFinished(() => rm(project, { recursive: true }));
  const bin = join(project, "node_modules", "skerry", "bin");
  await mkdir(bin, { recursive: true });
  await mkdir(join(project, "scripts"));
  const program = fileURLToPath(new URL("../packages/server/bin/skerry.mjs", import.meta.url));
  await copyFile(program, join(bin, "skerry.mjs"));
  await writeFile(
    join(project, "node_modules", "skerry", "package.json"),
    '{ "imports": { "#cli": "./cli.mjs" } }',
  );
  const says = (who: string) => `export const runCommandLine = async () => void console.log("${who}");`;
  await writeFile(join(project, "node_modules", "skerry", "cli.mjs"), says("the package"));
  await writeFile(join(project, "scripts", "with-setup.mjs"), 'console.log("the project");');
  const child = spawn(process.execPath, [join(bin, "skerry.mjs")], { env: {} });
  expect(await readAll(child.stdout)).toBe("the package\n");
});

test("installs again when the lock file asks for something that is not there", async () => {
  const clone = await createClone();
  await clone.run([]);
  const lock = { packages: { "node_modules/a": { version: "1.0.0" } } };
  await writeFile(join(clone.root, "package-lock.json"), JSON.stringify(lock));
  await clone.run([]);
  expect(await clone.readNpmCalls()).toBe(2);
});

test("two at once install once", async () => {
  const clone = await createClone();
  const results = await Promise.all([clone.run(["program.ts"]), clone.run(["program.ts"])]);
  expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
  expect(await clone.readNpmCalls()).toBe(1);
});

test("takes over the lock of a setup that died", async () => {
  const clone = await createClone();
  await mkdir(join(clone.root, ".skerry"));
  const lock = join(clone.root, ".skerry", "setup.lock");
  await writeFile(lock, "");
  await utimes(lock, 0, 0);
  expect(await clone.run(["program.ts"])).toMatchObject({ exitCode: 0 });
  await expect(readFile(lock)).rejects.toThrow("ENOENT");
});

test("brings its own Node also when npm ran no install scripts", async () => {
  const clone = await createClone();
  expect(await clone.run(["program.ts"], { NPM_BLOCKS_SCRIPTS: "1" })).toMatchObject({ exitCode: 0 });
  expect(await readFile(join(clone.root, "node_modules", ".bin", "node"))).toHaveLength(
    (await readFile(process.execPath)).length,
  );
});

test("does not begin again on what was installed by hand, and needs no right to write for it", async () => {
  const clone = await createClone();
  await mkdir(join(clone.root, "node_modules", "node", "bin"), { recursive: true });
  await symlink(process.execPath, join(clone.root, "node_modules", "node", "bin", "node"));
  await writeFile(join(clone.root, "node_modules", ".package-lock.json"), '{ "packages": {} }');
  await chmod(join(clone.root, "node_modules"), 0o555);
  onTestFinished(() => chmod(join(clone.root, "node_modules"), 0o755));
  expect(await clone.run(["program.ts"])).toMatchObject({ exitCode: 0, stderr: "" });
  await expect(clone.readNpmCalls()).rejects.toThrow("ENOENT");
});

test("says so when the install fails, and begins anew the next time", async () => {
  const clone = await createClone();
  const broken = await clone.run(["program.ts"], { NPM_EXIT: "127" });
  expect(broken).toMatchObject({
    exitCode: 1,
    stdout: "",
    stderr: expect.stringMatching(/"npm ci" ended with exit code 127.*apt-get install libatomic1/),
  });
});

test("hands signals on and reports how the program ended", async () => {
  const clone = await createClone();
  await clone.run([]);
  const child = clone.start(["program.ts", "wait"]);
  await once(child.stdout as NodeJS.ReadableStream, "data");
  child.kill("SIGTERM");
  const [exitCode] = (await once(child, "exit")) as [number | null];
  expect(exitCode).toBe(7);
});
