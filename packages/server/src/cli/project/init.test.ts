import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { runCommand } from "../../../test/command-output.ts";
import { readScriptConfig } from "../../scripts/source-config/script-config.ts";
import { init } from "./init.ts";
import { requireProject } from "./manifest.ts";
import { readScriptFiles } from "./script-files.ts";

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "skerry-init-"));
  vi.stubEnv("XDG_CONFIG_HOME", root);
  vi.stubEnv("SKERRY_URL", "");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true });
});

test("init makes a project with an example, and touches nothing that is there", async () => {
  const folder = join(root, "shop");
  const end = await runCommand(init, [
    folder,
    "--url",
    "https://scripts.example/",
    "--tenant",
    "acme",
    "--json",
  ]);
  expect(end).toMatchObject({ exitCode: 0, stderr: "" });
  expect(JSON.parse(await readFile(join(folder, "skerry.json"), "utf8"))).toEqual({
    url: "https://scripts.example",
    tenant: "acme",
    scripts: "scripts",
  });
  const project = await requireProject(join(folder, "scripts"));
  expect(project).toMatchObject({ root: folder, url: "https://scripts.example", tenant: "acme" });
  const [hello] = await readScriptFiles(project);
  expect(hello).toMatchObject({ name: "hello", file: "scripts/hello.ts", language: "ts" });
  expect(hello && (await readScriptConfig(hello.source))).toMatchObject({ config: { type: "oneoff" } });
  await expect(runCommand(init, [folder])).rejects.toThrow("skerry.json is there already");

  await rm(join(folder, "skerry.json"));
  await rm(join(folder, "scripts", "hello.ts"));
  await writeFile(join(folder, "scripts", "mine.ts"), "// mine");
  await writeFile(join(folder, "tsconfig.json"), "{}");
  await runCommand(init, [folder]);
  expect(await readFile(join(folder, "tsconfig.json"), "utf8")).toBe("{}");
  await expect(stat(join(folder, "scripts", "hello.ts"))).rejects.toThrow("ENOENT");
});

test("a folder without skerry.json above it is no project", async () => {
  await expect(requireProject(root)).rejects.toMatchObject({
    code: "PROJECT_NOT_FOUND",
    message: expect.stringContaining("Make a project with skerry init") as string,
  });
  await expect(runCommand(init, [root, "--tenant", "Not An Id"])).rejects.toThrow("--tenant takes the id");
});

test("a folder whose scripts are a link out of it is refused, and nothing is written", async () => {
  const [folder, outside] = [join(root, "shop"), join(root, "outside")];
  await Promise.all([mkdir(folder), mkdir(outside)]);
  await symlink(outside, join(folder, "scripts"));
  await expect(runCommand(init, [folder])).rejects.toMatchObject({ code: "PROJECT_INVALID" });
  expect([await readdir(outside), await readdir(folder)]).toEqual([[], ["scripts"]]);
});
