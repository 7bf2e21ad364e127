import { once } from "node:events";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCommand } from "../../../test/command-output.ts";
import type { CommandOutput } from "../../../test/command-output.ts";
import { createTestPlatform } from "../../../test/platform.ts";
import type { TestClient, TestPlatform } from "../../../test/platform.ts";
import { spawnSkerry } from "../../../test/skerry-process.ts";
import { UsageError } from "../command.ts";
import type { Command } from "../command.ts";
import { publish } from "./publish.ts";
import { rollback } from "./rollback.ts";
import { scripts } from "./scripts.ts";
import { secrets } from "./secrets.ts";
import { versions } from "./versions.ts";

let skerry: TestPlatform;
let acme: TestClient & { readonly key: string };

beforeAll(async () => {
  skerry = await createTestPlatform();
  acme = await skerry.createTenant("acme");
});
afterAll(() => skerry[Symbol.asyncDispose]());

const at = (...args: string[]): string[] => [...args, "--url", skerry.url, "--key", acme.key];
const runAt = (command: Command, ...args: string[]): Promise<CommandOutput> =>
  runCommand(command, at(...args));

async function createScript(name: string, versionCount = 1): Promise<void> {
  const source = (n: number): string => `export default () => ${n};`;
  await acme.request("POST", "/api/v1/scripts", { name, type: "oneoff", source: source(1) });
  for (let version = 2; version <= versionCount; version += 1) {
    await acme.request("PATCH", `/api/v1/scripts/${name}`, {
      source: source(version),
      note: `no. ${version}`,
    });
  }
}

describe("scripts and their versions", () => {
  test("are listed as a table and as JSON", async () => {
    await createScript("listed", 2);
    const listed = await runAt(scripts, "--search", "listed", "--type", "oneoff");
    expect(listed).toMatchObject({ exitCode: 0, stderr: "" });
    expect(listed.stdout).toMatch(
      /^NAME +TYPE +STATUS +VERSION +UPDATED\nlisted +oneoff +active +2 +\S+Z\n$/,
    );

    const { stdout } = await runAt(versions, "listed");
    expect(stdout).toMatch(
      /^VERSION +CREATED +AUTHOR +NOTE\n2 \* +\S+Z +key:\S+ +no\. 2\n1 +\S+Z +key:\S+\n$/,
    );
    const report = JSON.parse((await runAt(versions, "listed", "--json")).stdout) as unknown;
    expect(report).toMatchObject({
      status: "completed",
      output: { activeVersion: 2, versions: [{ version: 2, note: "no. 2" }, { version: 1 }] },
      error: null,
    });
    expect((await runAt(scripts, "--search", "nothing-like-it")).stdout).toBe("no scripts\n");
  });

  test("a draft, the latest version and an older one are published", async () => {
    await createScript("published", 2);
    const content = { source: "export default () => 'draft';" };
    await acme.request("PUT", "/api/v1/scripts/published/draft", content);
    expect(await runAt(publish, "published")).toEqual({
      exitCode: 0,
      stdout: "published: version 3 is published\n",
      stderr: "",
    });
    expect((await runAt(publish, "published", "1")).stdout).toBe("published: version 1 is published\n");
    expect((await runAt(publish, "published")).stdout).toBe("published: version 3 is published\n");
    const { body } = await acme.request("GET", "/api/v1/scripts/published");
    expect(body).toMatchObject({ activeVersion: 3, source: content.source });
  });

  test("a rollback goes to the version before, or to another one, and asks where somebody is", async () => {
    await createScript("rolled", 4);
    expect((await runAt(rollback, "rolled", "--yes")).stdout).toBe("rolled: version 3 is published\n");
    const { stdout } = await runAt(rollback, "rolled", "--to", "1", "--yes", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ output: { script: "rolled", version: 1 } });
    await expect(runAt(rollback, "rolled", "--yes")).rejects.toThrow(/nothing to go back to/);
    await expect(runAt(rollback, "rolled")).rejects.toThrow(/give --yes/);
    expect((await acme.request("GET", "/api/v1/scripts/rolled")).body).toMatchObject({ activeVersion: 1 });
  });

  test("of another name are not found, and the right name is suggested", async () => {
    await createScript("send-invoice");
    const { exitCode, stderr } = await runAt(versions, "sned-invoice");
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^SCRIPT_NOT_FOUND: .*Did you mean send-invoice\?\n {2}Hint: /);
    const { stdout } = await runAt(publish, "send-invoice", "7", "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      status: "failed",
      output: null,
      error: { code: "VERSION_NOT_FOUND", status: 404 },
    });
  });
});

describe("secrets", () => {
  async function setByPipe(name: string, value: string) {
    const child = spawnSkerry(at("secrets", "set", name));
    child.stdin.end(value);
    const [stdout, stderr, [exitCode]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "exit"),
    ]);
    return { exitCode, stdout, stderr };
  }

  test("are set from stdin, listed without their values, and deleted", { timeout: 120_000 }, async () => {
    expect(await setByPipe("API_KEY", "sk-value\n")).toEqual({
      exitCode: 0,
      stdout: "API_KEY is set\n",
      stderr: "",
    });
    const source = "export default async (_, ctx) => (await ctx.secrets.get('API_KEY')).length;";
    await acme.request("POST", "/api/v1/scripts", { name: "length", type: "oneoff", source });
    const execution = await acme.request("POST", "/api/v1/scripts/length/execute", {});
    expect(execution.body).toMatchObject({ output: "sk-value".length });

    const { stdout } = await runAt(secrets, "list");
    expect(stdout).toMatch(/^NAME +SET +UPDATED +BY\nAPI_KEY +1 +\S+Z +key:\S+\n$/);
    await expect(runAt(secrets, "delete", "API_KEY")).rejects.toThrow(/give --yes/);
    expect((await runAt(secrets, "delete", "API_KEY", "--yes")).stdout).toBe("API_KEY is deleted\n");
    expect((await runAt(secrets, "list")).stdout).toBe("no secrets\n");
    expect(await runAt(secrets, "delete", "API_KEY", "--yes")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/^SECRET_NOT_FOUND: /) as string,
    });
  });
});

test.each([
  ["no script", versions, []],
  ["two scripts", versions, ["a", "b"]],
  ["a version that is none", publish, ["a", "latest"]],
  ["version 0 to go back to", rollback, ["a", "--to", "0", "--yes"]],
  ["a type that is none", scripts, ["--type", "cron"]],
  ["an option that is none", scripts, ["--everything"]],
  ["nothing to do with secrets", secrets, []],
  ["a secret's value on the command line", secrets, ["set", "API_KEY", "value"]],
  ["a secret's name that is none", secrets, ["delete", "api key", "--yes"]],
  ["more than rotating", secrets, ["rotate", "API_KEY"]],
])("%s is wrong usage", async (_, command, args) => {
  await expect(command.run(at(...args))).rejects.toThrow(UsageError);
});
