import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileScript } from "../scripts/compile.ts";
import { loadPackages } from "./packages.ts";
import type { PackageOptions } from "./packages.ts";

let root: string;
let folder: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "skerry-packages-"));
  folder = join(root, "host");
  await installPackage(
    "plain",
    { main: "./index.js" },
    { "index.js": "exports.one = () => 1; exports.name = 'plain';" },
  );
  await installPackage(
    "modern",
    {
      type: "module",
      sideEffects: false,
      exports: { ".": "./index.js", "./extra": "./extra.js", "./fs": "./fs.js" },
    },
    {
      "index.js": "export const two = () => 2; export const unused = () => 'never used';",
      "extra.js": 'import { one } from "plain"; export const three = () => one() + 2;',
      "fs.js": 'import { readFileSync } from "node:fs"; export const read = readFileSync;',
    },
  );
  await installPackage(
    "sly",
    { main: "./index.js" },
    { "index.js": 'try { exports.fs = require("fs") } catch {}' },
  );
  await writeFile(join(folder, "plain.js"), "throw new Error('a file that is named as a package')");
  await symlink(join(folder, "node_modules", "plain"), join(folder, "node_modules", "alias"));
  const packages = { "node_modules/plain": { version: "1.2.3", integrity: "sha512-plain" } };
  await writeFile(join(folder, "package-lock.json"), JSON.stringify({ lockfileVersion: 3, packages }));
});

afterAll(() => rm(root, { recursive: true }));

async function installPackage(name: string, manifest: object, files: Record<string, string>): Promise<void> {
  const version = "1.2.3";
  const all = { "package.json": JSON.stringify({ name, version, ...manifest }), ...files };
  for (const [path, text] of Object.entries(all)) {
    const file = join(folder, "node_modules", name, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}

async function load(list: unknown) {
  const file = join(folder, "modules.json");
  await writeFile(file, JSON.stringify(list));
  return await loadPackages(file);
}

const pack = (name: string, rest: Partial<PackageOptions> = {}): PackageOptions => ({
  name,
  version: "1.2.3",
  ...rest,
});

describe("loadPackages", () => {
  test("bundles what is installed, with the lockfile's word", async () => {
    const packages = await load([pack("plain"), pack("modern"), pack("modern", { entry: "./extra" })]);

    expect([...packages.keys()]).toEqual(["plain", "modern", "modern/extra"]);
    expect(packages.get("plain")).toMatchObject({
      version: "1.2.3",
      integrity: "sha512-plain",
      hasSideEffects: true,
    });
    expect(packages.get("modern")).toMatchObject({ integrity: null, hasSideEffects: false });
    expect(packages.get("modern")?.checksum).toHaveLength(32);
  });

  test("gives scripts single names of packages old and new, and no more than they use", async () => {
    const packages = await load([pack("plain"), pack("modern"), pack("modern", { entry: "./extra" })]);
    const source = `import plain, { one } from "plain"; import { two } from "modern"; import { three } from "modern/extra";
export default () => [plain.name, one(), two(), three()];`;
    const { code, modules } = await compileScript(
      { fileName: "a.ts", source, language: "ts" },
      { packages, findLibraries: () => Promise.resolve([]) },
    );

    expect(runInNewContext(`${code}; program.default()`)).toEqual(["plain", 1, 2, 3]);
    expect(code).not.toContain("never used");
    expect(modules.map(({ specifier, version }) => `${specifier}@${version}`)).toEqual([
      "modern@1.2.3",
      "modern/extra@1.2.3",
      "plain@1.2.3",
    ]);
  });

  test.each([
    ["no list", { plain: "1.2.3" }, "cannot be used"],
    ["a range of versions", [pack("plain", { version: "^1.2.3" })], "must be one exact version"],
    ["a path for a name", [pack("../host/plain")], "must be the name of an npm package"],
    ["the tenants' own names", [pack("@tenant/plain")], "must not be that of tenants' libraries"],
    [
      "an entry out of the package",
      [pack("plain", { entry: "./../modern" })],
      "must be a path that the package exports",
    ],
    [
      "another version",
      [pack("plain", { version: "1.2.4" })],
      "vetted in version 1.2.4, but 1.2.3 is installed",
    ],
    ["another package's link", [pack("alias")], "vetted in version 1.2.3, but none is installed"],
    ["what is not installed", [pack("absent")], 'Could not resolve "absent"'],
    ["what needs Node.js", [pack("modern", { entry: "./fs" })], 'Could not resolve "node:fs"'],
    ["what would like Node.js", [pack("sly")], '"fs"'],
    ["one package twice", [pack("plain"), pack("plain")], "have plain twice"],
  ])("refuses %s", async (_name, list, message) => {
    await expect(load(list)).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      message: expect.stringContaining(message),
    });
  });

  test("refuses a file that is none", async () => {
    await expect(loadPackages(join(folder, "absent.json"))).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  });
});
