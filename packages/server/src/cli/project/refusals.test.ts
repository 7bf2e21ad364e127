import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { runCommand } from "../../../test/command-output.ts";
import type { Command } from "../command.ts";
import { pull } from "./pull-command.ts";
import { push } from "./push-command.ts";

/** Answers each pull with what a test says: servers may be hostile, too. */
let server: Server;
let url: string;
let scripts: readonly object[];
let asked: string[];
let root: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.method ?? "");
    response.setHeader("content-type", "application/json").end(JSON.stringify({ tenant: "acme", scripts }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server[Symbol.asyncDispose]());

beforeEach(async () => {
  asked = [];
  scripts = [];
  root = await makeProject();
});
afterEach(() => rm(root, { recursive: true }));

async function makeProject(manifest: object = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "skerry-project-"));
  await mkdir(join(folder, "scripts"));
  await writeFile(join(folder, "skerry.json"), JSON.stringify({ url, ...manifest }));
  return folder;
}

const run = (command: Command, folder = root, ...args: readonly string[]) =>
  runCommand(command, ["--project", folder, "--key", "sk_test", ...args]);
const save = (file: string, text: string | Buffer): Promise<void> =>
  writeFile(join(root, "scripts", file), text);
const returning = (value: unknown): string => `export default () => ${JSON.stringify(value)};\n`;

const script = (name: string, source = returning(1), more: object = {}) => ({
  name,
  type: "oneoff",
  status: "active",
  description: "",
  tags: [],
  revision: "1",
  version: 1,
  latestVersion: 1,
  author: "key:1",
  updatedAt: "2026-11-22T21:00:00.000Z",
  content: { language: "ts", source, settings: {} },
  ...more,
});

describe("a folder that cannot be pushed is refused whole, file by file, before anything is sent", () => {
  const cases: readonly (readonly [string, () => Promise<unknown>, string])[] = [
    [
      "config that is code",
      () => save("x.ts", 'export const config = {\n  type: "http",\n  path: `/${name}`,\n};\n'),
      "scripts/x.ts:3:9: config.path is computed",
    ],
    [
      "config that is elsewhere",
      () => save("x.js", "const config = {};\nexport { config };\n"),
      "scripts/x.js:2:10: config cannot be read",
    ],
    [
      "settings of another type",
      () => save("x.ts", 'export const config = {\n  type: "http",\n  cron: "@daily",\n};\n'),
      "scripts/x.ts:3:9: config.cron: is a setting of scripts of the type scheduled",
    ],
    [
      "a setting that is missing",
      () => save("x.ts", '\nexport const config = { type: "scheduled" };\n'),
      "scripts/x.ts:2:23: config.cron: ",
    ],
    [
      "what is no JavaScript",
      () => save("x.js", "export const config = {"),
      "scripts/x.js:1:24: Expected identifier",
    ],
    ["a name that is none", () => save("-x.ts", returning(1)), 'scripts/-x.ts: the name "-x" must have'],
    [
      "a name twice",
      () => Promise.all([save("x.ts", returning(1)), save("x.js", "")]),
      "another file is called x",
    ],
    ["an ending that is none", () => save("x.mts", ""), "scripts/x.mts: is no script"],
    [
      "a huge file",
      () => save("x.ts", "/".repeat(1_048_577)),
      "has 1048577 bytes; a script has at most 1048576",
    ],
    ["bytes that are no text", () => save("x.ts", Buffer.from([0xff, 0xfe])), "scripts/x.ts: is not UTF-8"],
    [
      "a link",
      () => symlink("/etc/passwd", join(root, "scripts", "x.ts")),
      "scripts/x.ts: is no script: a script is a file, no link",
    ],
  ];
  test.each(cases)("%s", async (_name, make, message) => {
    await save("fine.ts", returning(1));
    await make();
    const { exitCode, stdout, stderr } = await run(push);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toContain(message);
    expect(asked).not.toContain("POST");
  });
});

describe("the folder stays within itself", () => {
  test.each([
    ["a folder above", { scripts: "../elsewhere" }],
    ["a folder above by a detour", { scripts: "scripts/../../elsewhere" }],
    ["an absolute one", { scripts: "/etc" }],
    ["itself", { scripts: "." }],
    ["a key in skerry.json", { key: "sk_secret" }],
    ["no URL", { url: "ftp://example.com" }],
  ])("%s is refused", async (_name, manifest) => {
    const folder = await makeProject(manifest);
    expect(await run(push, folder)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/^PROJECT_INVALID: skerry\.json cannot be used/) as string,
    });
    await rm(folder, { recursive: true });
  });

  test("a folder of scripts that is a link out of the project is refused", async () => {
    await rm(join(root, "scripts"), { recursive: true });
    await symlink(tmpdir(), join(root, "scripts"));
    expect((await run(pull)).stderr).toContain("leads out of the project");
  });

  test.each([
    ["a folder to be made behind a link", "link/new/scripts"],
    ["a link that leads nowhere", "broken"],
    ["a folder to be made behind one", "broken/new"],
    ["a link in a circle", "circle/new"],
  ])("%s is refused, and nothing is made", async (_name, folder) => {
    scripts = [script("x")];
    const outside = join(root, "outside");
    const inner = join(root, "project");
    await mkdir(outside);
    await mkdir(inner);
    await writeFile(join(inner, "skerry.json"), JSON.stringify({ url, scripts: folder }));
    await symlink(outside, join(inner, "link"));
    await symlink(join(outside, "absent"), join(inner, "broken"));
    await symlink("circle", join(inner, "circle"));
    const { exitCode, stderr } = await run(pull, inner);
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(`${folder}: is or lies behind a link`) as string,
    });
    expect(await readdir(outside)).toEqual([]);
    expect(asked).toEqual([]);
  });

  test("a folder of scripts behind a link that stays inside is taken", async () => {
    scripts = [script("x")];
    await symlink("scripts", join(root, "link"));
    await writeFile(join(root, "skerry.json"), JSON.stringify({ url, scripts: "link/new" }));
    expect((await run(pull)).exitCode).toBe(0);
    expect(await readdir(join(root, "scripts", "new"))).toEqual(["x.ts"]);
  });

  test.each([
    ["a folder", "."],
    ["nowhere", "absent"],
  ])(
    "a .skerry that is a link to %s is refused before anything is sent or written",
    async (_name, target) => {
      scripts = [script("x")];
      const outside = await mkdtemp(join(tmpdir(), "skerry-outside-"));
      await symlink(join(outside, target), join(root, ".skerry"));
      for (const verb of [pull, push]) {
        const { exitCode, stderr } = await run(verb);
        expect({ exitCode, stderr }).toMatchObject({
          exitCode: 1,
          stderr: expect.stringContaining(".skerry: is a link") as string,
        });
      }
      expect(await readdir(outside)).toEqual([]);
      expect(await readdir(join(root, "scripts"))).toEqual([]);
      expect(asked).toEqual([]);
      await rm(outside, { recursive: true });
    },
  );

  test("what a pull remembers does not go where links lead", async () => {
    scripts = [script("x")];
    const outside = join(root, "outside.txt");
    await writeFile(outside, "mine");
    await mkdir(join(root, ".skerry"));
    for (const file of [".gitignore", "base.json"]) await symlink(outside, join(root, ".skerry", file));
    expect((await run(pull)).exitCode).toBe(0);
    expect(await readFile(outside, "utf8")).toBe("mine");
    expect(await readFile(join(root, ".skerry", ".gitignore"), "utf8")).toBe("*\n");
  });

  test("a pull does not write where a link leads", async () => {
    scripts = [script("x")];
    const outside = join(root, "outside.txt");
    await writeFile(outside, "mine");
    await symlink(outside, join(root, "scripts", "x.ts"));
    expect((await run(pull, root, "--force")).exitCode).toBe(1);
    expect(await readFile(outside, "utf8")).toBe("mine");
  });
});

describe("a server that answers something else", () => {
  test.each([
    ["a name that leads out", script("../../x")],
    ["a name that is a path", script("a/b")],
    ["a hidden name", script(".bashrc")],
    ["another language", script("x", "", { content: { language: "sh", source: "", settings: {} } })],
    ["a source that is none", script("x", "", { content: { language: "ts", source: 1, settings: {} } })],
    ["nothing of a script", {}],
  ])("writes no file: %s", async (_name, wrong) => {
    scripts = [script("fine"), wrong];
    const { exitCode, stderr } = await run(pull);
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/^REMOTE_ANSWER: /) as string,
    });
    expect(await readdir(join(root, "scripts"))).toEqual([]);
  });

  test("moves no cursor of the terminal", async () => {
    scripts = [script("x", returning(1), { author: "\u001b[2Jroot\u202e", revision: "2" })];
    await save("x.ts", returning(2));
    const { stderr } = await run(push);
    expect(stderr).toContain(String.raw`by \u001b[2Jroot\u202e`);
  });

  test("gets a script whose config is code as it is, with a warning", async () => {
    const source = `export const config = { tags: [tag()] };\n${returning(1)}`;
    scripts = [script("x", source, { tags: ["a"] })];
    const { exitCode, stdout } = await run(pull);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      "its settings are not in the file: scripts/x.ts:1:32: config.tags[0] is computed",
    );
    expect(await readFile(join(root, "scripts", "x.ts"), "utf8")).toBe(source);
  });
});
