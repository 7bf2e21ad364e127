import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { runCommand } from "../../../test/command-output.ts";
import { createTestPlatform, OPERATOR_KEY } from "../../../test/platform.ts";
import type { TestClient, TestPlatform } from "../../../test/platform.ts";
import { spawnSkerry } from "../../../test/skerry-process.ts";
import { UsageError } from "../command.ts";
import { chooseRemote } from "../server/remote.ts";
import { login } from "./login.ts";
import { logout } from "./logout.ts";
import { whoami } from "./whoami.ts";

let skerry: TestPlatform;
let acme: TestClient & { readonly key: string };
let rival: TestClient & { readonly key: string };
let home: string;
let file: string;

beforeAll(async () => {
  skerry = await createTestPlatform();
  acme = await skerry.createTenant("acme");
  rival = await skerry.createTenant("rival");
});
afterAll(() => skerry[Symbol.asyncDispose]());

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "skerry-home-"));
  file = join(home, "skerry", "credentials.json");
  vi.stubEnv("XDG_CONFIG_HOME", home);
  vi.stubEnv("SKERRY_URL", "");
  vi.stubEnv("SKERRY_API_KEY", "");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(home, { recursive: true });
});

const signIn = (key: string, ...args: readonly string[]) =>
  runCommand(login, ["--url", skerry.url, "--key", key, "--project", home, ...args]);
const ask = (...args: readonly string[]) => runCommand(whoami, ["--project", home, "--json", ...args]);

test("a key that the server took is kept where only the user reads it, and used there", async () => {
  const { host } = new URL(skerry.url);
  expect(await signIn(acme.key)).toMatchObject({
    exitCode: 0,
    stdout: `Signed in at ${skerry.url} for the tenant acme.\nThe key is kept as acme@${host} in ${file}.\n`,
  });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(join(home, "skerry"))).mode & 0o777).toBe(0o700);
  expect(JSON.parse((await ask()).stdout)).toMatchObject({
    output: { url: skerry.url, tenant: "acme", kind: "key" },
  });

  await signIn(rival.key, "--profile", "other");
  expect((await ask()).stdout).toContain('"tenant":"rival"');
  expect((await ask("--profile", `acme@${host}`)).stdout).toContain('"tenant":"acme"');
  expect(await runCommand(logout, [])).toMatchObject({ stdout: "Forgotten: other.\n" });
  expect((await ask()).stdout).toContain('"tenant":"acme"');
  await runCommand(logout, ["--all"]);
  expect(await readFile(file, "utf8")).toBe('{\n  "profiles": []\n}\n');
  expect(await runCommand(logout, [])).toMatchObject({ exitCode: 0, stdout: "No key is kept.\n" });
});

test("a key that the server does not take is not kept", async () => {
  expect(await signIn("sk_wrong")).toMatchObject({ exitCode: 1, stdout: "" });
  await expect(stat(file)).rejects.toThrow("ENOENT");
  await expect(runCommand(login, ["--profile", "a b"])).rejects.toThrow(UsageError);
});

test("options win over the environment, that over skerry.json, that over what was kept", async () => {
  const there = { url: "https://kept.example", tenant: "kept", apiKey: "sk_kept" };
  await signIn(acme.key);
  await writeFile(file, JSON.stringify({ profiles: [{ name: "kept", ...there }] }));
  expect(await chooseRemote({ project: home })).toEqual({ ...there, tenant: undefined });

  const manifest = { url: "https://project.example/", tenant: "ours" };
  await writeFile(join(home, "skerry.json"), JSON.stringify(manifest));
  await expect(chooseRemote({ project: home })).rejects.toThrow(
    "no API key for https://project.example for the tenant ours: sign in with skerry login",
  );
  const project = { url: "https://project.example", tenant: "ours", apiKey: "sk_option" };
  expect(await chooseRemote({ project: home, key: "sk_option" })).toEqual(project);

  vi.stubEnv("SKERRY_URL", "https://environment.example");
  vi.stubEnv("SKERRY_API_KEY", "sk_environment");
  const environment = { url: "https://environment.example", tenant: undefined, apiKey: "sk_environment" };
  expect(await chooseRemote({ project: home })).toEqual(environment);
  expect(await chooseRemote({ project: home, url: "https://project.example", key: "sk_option" })).toEqual(
    project,
  );
  expect(await chooseRemote({ project: home, profile: "kept" })).toEqual(there);
});

test("a kept key goes to no server but its own, whatever skerry.json says", async () => {
  await signIn(acme.key);
  await writeFile(join(home, "skerry.json"), JSON.stringify({ url: "https://evil.example" }));
  await expect(chooseRemote({ project: home })).rejects.toThrow("no API key for https://evil.example");
  const { host } = new URL(skerry.url);
  const wishes = { project: home, profile: `acme@${host}`, url: "https://evil.example" };
  await expect(chooseRemote(wishes)).rejects.toThrow(`the profile is for ${skerry.url}`);
});

test("a key of the environment goes to no server that skerry.json alone names", async () => {
  const url = "https://evil.example";
  await writeFile(join(home, "skerry.json"), JSON.stringify({ url }));
  vi.stubEnv("SKERRY_API_KEY", "sk_environment");
  await expect(chooseRemote({ project: home })).rejects.toThrow(
    "set SKERRY_URL=https://evil.example as well",
  );
  expect(await chooseRemote({ project: home, url })).toMatchObject({ url, apiKey: "sk_environment" });
  vi.stubEnv("SKERRY_URL", url);
  expect(await chooseRemote({ project: home })).toMatchObject({ url, apiKey: "sk_environment" });
});

test("an operator acts on the tenant that skerry.json names", async () => {
  await signIn(OPERATOR_KEY);
  await writeFile(join(home, "skerry.json"), JSON.stringify({ url: skerry.url, tenant: "rival" }));
  expect((await ask()).stdout).toContain('"tenant":"rival","kind":"operator"');
});

test("a key is read from a pipe, and never shown", async () => {
  const child = spawnSkerry(["login", "--url", skerry.url], { env: { XDG_CONFIG_HOME: home }, cwd: home });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const end = new Promise((resolve) => child.once("close", resolve));
  child.stdin.end(`${acme.key}\n`);
  expect(await end).toBe(0);
  expect(output).toContain("for the tenant acme");
  expect(output).not.toContain(acme.key);
  expect(await readFile(file, "utf8")).toContain(acme.key);
});

test("a file of keys that is spoilt is told of, not overwritten", async () => {
  await signIn(acme.key);
  await writeFile(file, "{");
  await expect(chooseRemote({ project: home })).rejects.toThrow(`${file} cannot be read`);
  await expect(signIn(acme.key)).rejects.toThrow("sign in again");
  expect(await readFile(file, "utf8")).toBe("{");
});
