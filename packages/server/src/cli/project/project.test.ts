import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { runCommand } from "../../../test/command-output.ts";
import { createTestPlatform } from "../../../test/platform.ts";
import type { TestClient, TestPlatform } from "../../../test/platform.ts";
import type { Command } from "../command.ts";
import { diff } from "./diff-command.ts";
import { pull } from "./pull-command.ts";
import { push } from "./push-command.ts";

const SCRIPTS = "/api/v1/scripts";

let skerry: TestPlatform;
let acme: TestClient & { readonly key: string };
let root: string;
let tenants = 0;

beforeAll(async () => {
  skerry = await createTestPlatform();
});
afterAll(() => skerry[Symbol.asyncDispose]());

beforeEach(async () => {
  tenants += 1;
  acme = await skerry.createTenant(`tenant-${tenants}`);
  root = await makeProject();
});
afterEach(() => rm(root, { recursive: true }));

async function makeProject(manifest: object = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "skerry-project-"));
  await mkdir(join(folder, "scripts"));
  await writeFile(join(folder, "skerry.json"), JSON.stringify({ url: skerry.url, ...manifest }));
  return folder;
}

const save = (file: string, text: string | Buffer): Promise<void> =>
  writeFile(join(root, "scripts", file), text);
const load = (file: string): Promise<string> => readFile(join(root, "scripts", file), "utf8");

/** What a verb came to; its report where it was asked for one. */
async function run(command: Command, args: readonly string[] = [], folder = root) {
  const end = await runCommand(command, ["--project", folder, "--key", acme.key, ...args]);
  const report = (args.includes("--json") ? JSON.parse(end.stdout) : {}) as Record<string, never>;
  return { ...end, report };
}

const returning = (value: unknown): string => `export default () => ${JSON.stringify(value)};\n`;

const WEB = `// The shop's hooks.

export const config = {
  // Stripe knows this path.
  type: "http",
  path: "/hooks/:id",
  methods: ["POST"],
};

export default () => new Response("ok");
`;

describe("push and pull", () => {
  test("go round without a change to the byte, comments and all, also into another folder", async () => {
    await save("web.ts", WEB);
    await save("plain.js", returning(1));
    await save(
      "windows.ts",
      `export const config = { type: "event", events: ["a.*"] } as const;\r\n${returning(2)}`,
    );
    expect((await run(push, ["--json"])).report).toMatchObject({
      status: "completed",
      output: {
        scripts: [
          { name: "plain", change: "created", version: 1 },
          { name: "web", change: "created", version: 1 },
          { name: "windows", change: "created", version: 1 },
        ],
      },
    });
    expect((await acme.request("GET", `${SCRIPTS}/web`)).body).toMatchObject({
      type: "http",
      settings: { path: "/hooks/:id", methods: ["POST"] },
      source: WEB,
    });
    expect((await run(pull)).stdout).toMatch(/^unchanged: 3 scripts\nNothing to pull from tenant-\d+ at /);
    expect(await load("web.ts")).toBe(WEB);

    const other = await makeProject();
    expect(await run(pull, [], other)).toMatchObject({ exitCode: 0 });
    for (const file of ["web.ts", "plain.js", "windows.ts"]) {
      expect(await readFile(join(other, "scripts", file), "utf8")).toBe(await load(file));
    }
    expect((await run(push, ["--json"], other)).report).toMatchObject({
      output: { scripts: [], unchanged: 3 },
    });
    expect(await readFile(join(other, ".skerry", ".gitignore"), "utf8")).toBe("*\n");
    await rm(other, { recursive: true });
  });

  test("what was made or set elsewhere gets its config, and nothing else of the file changes", async () => {
    const made = {
      name: "tick",
      type: "scheduled",
      settings: { cron: "@daily" },
      source: returning(1),
      tags: ["a"],
    };
    await acme.request("POST", SCRIPTS, made);
    await run(pull);
    expect(await load("tick.ts")).toBe(
      `export const config = {\n  type: "scheduled",\n  tags: ["a"],\n  cron: "@daily",\n};\n\n${returning(1)}`,
    );
    expect((await run(push, ["--json"])).report).toMatchObject({ output: { scripts: [], unchanged: 1 } });

    await save("web.ts", WEB);
    await run(push);
    await acme.request("PATCH", `${SCRIPTS}/web`, {
      settings: { methods: ["PUT"], path: "/hooks/:id", limits: { wallMs: 900, cpuMs: 10 } },
    });
    await run(pull);
    expect(await load("web.ts")).toBe(
      WEB.replace("  // Stripe knows this path.\n", "").replace(
        '["POST"],',
        '["PUT"],\n  limits: { cpuMs: 10, wallMs: 900 },',
      ),
    );
    expect((await run(diff, ["--exit-code"])).exitCode).toBe(0);
  });

  test("scripts that are gone on one side go on the other, where that was agreed to", async () => {
    for (const name of ["here", "there", "edited"]) await save(`${name}.ts`, returning(name));
    await run(push);
    await acme.request("DELETE", `${SCRIPTS}/there`);
    await acme.request("DELETE", `${SCRIPTS}/edited`);
    await rm(join(root, "scripts", "here.ts"));
    expect((await run(push)).stdout).toContain("only at the server, left there: here");
    await expect(run(push, ["--delete"])).rejects.toThrow(
      "1 script would be deleted: here; agree with --yes",
    );
    expect((await run(push, ["--delete", "--dry-run", "--json"])).report).toMatchObject({
      output: { scripts: [{ name: "here", change: "deleted" }] },
    });
    expect((await run(push, ["--delete", "--yes"])).stdout).toContain("deleted  here");
    expect((await acme.request("GET", `${SCRIPTS}/here`)).status).toBe(404);

    await save("edited.ts", returning("mine"));
    expect((await run(pull)).stderr).toMatch(
      /^PROJECT_CONFLICT: .*\n  scripts\/edited.ts: was changed here, and/,
    );
    await save("edited.ts", returning("edited"));
    expect((await run(pull)).stdout).toContain("deleted  scripts/there.ts");
    expect(await readdir(join(root, "scripts"))).toEqual([]);
  });

  test("of two developers the later one loses nothing and overwrites nothing", async () => {
    for (const name of ["a", "b", "c"]) await save(`${name}.ts`, returning(0));
    await run(push);
    const ada = await makeProject();
    await run(pull, [], ada);
    await writeFile(join(ada, "scripts", "a.ts"), returning("Ada"));
    await writeFile(join(ada, "scripts", "c.ts"), returning("Ada"));
    await run(push, ["-m", "by Ada"], ada);
    await rm(ada, { recursive: true });

    await save("a.ts", returning("mine"));
    await save("b.ts", returning("mine"));
    const refused = await run(push);
    expect(refused).toMatchObject({ exitCode: 1, stdout: "" });
    expect(refused.stderr).toMatch(
      /scripts\/a\.ts: a is at version 2 by key:.+; here it is from version 1\n/,
    );
    expect((await acme.request("GET", `${SCRIPTS}/b`)).body).toMatchObject({ latestVersion: 1 });
    expect((await run(pull, ["--json"])).report).toMatchObject({
      status: "failed",
      error: { code: "PROJECT_CONFLICT", errors: [{ file: "scripts/a.ts" }] },
    });
    expect(await load("c.ts")).toBe(returning(0));

    expect((await run(push, ["--force"])).stdout).toMatch(/updated  a, version 3\nupdated  b, version 2\n/);
    await run(pull);
    expect(await load("c.ts")).toBe(returning(0));
  });

  test("200 scripts are one push, and one more that does not compile keeps all of them out", async () => {
    for (let n = 0; n < 200; n += 1) await save(`s${n}.ts`, returning(n));
    await save("web.ts", "export default () => {\n  return (;\n};\n");
    await save("tick.ts", 'export const config = { type: "scheduled" };\n');
    const invalid = await run(push);
    expect(invalid).toMatchObject({ exitCode: 1, stdout: "" });
    expect(invalid.stderr).toMatch(/^PROJECT_INVALID: 2 things are wrong in the files:\n/);
    expect(invalid.stderr).toMatch(/^ {2}scripts\/web\.ts:2:11: .+\n.*2 │/m);
    expect(invalid.stderr).toContain("scripts/tick.ts:1:23: config.cron: ");

    await rm(join(root, "scripts", "web.ts"));
    await save("tick.ts", "export const x = 1;\n");
    await save("use.ts", 'import { x } from "@tenant/nobody";\nexport default () => x;\n');
    const refused = await run(push);
    expect(refused.stderr).toMatch(/^SCRIPT_COMPILE: The server took nothing of the push:\n/);
    expect(refused.stderr).toContain("scripts/tick.ts:1:1: A script exports a function");
    expect(refused.stderr).toMatch(/scripts\/use\.ts:1:19: .*nobody/);
    expect((await acme.request("GET", SCRIPTS)).body.items).toEqual([]);

    await rm(join(root, "scripts", "tick.ts"));
    await rm(join(root, "scripts", "use.ts"));
    expect((await run(push)).stdout).toContain("Pushed 200 scripts to");
  });
});

test("diff shows what a push would do, who went on, and colours only where they are seen", async () => {
  await save("a.ts", returning(1));
  await save("b.ts", returning(1));
  await run(push);
  await save("a.ts", returning(2));
  await acme.request("PATCH", `${SCRIPTS}/b`, { source: returning("\u001b[31mred") });
  const { stdout, exitCode } = await run(diff, ["--exit-code"]);
  expect(exitCode).toBe(1);
  expect(stdout).toBe(
    [
      "# a: changed here",
      "--- a/scripts/a.ts",
      "+++ b/scripts/a.ts",
      "@@ -1,1 +1,1 @@",
      "-export default () => 1;",
      "+export default () => 2;",
      "# b: changed there",
      "--- a/scripts/b.ts",
      "+++ b/scripts/b.ts",
      "@@ -1,1 +1,1 @@",
      String.raw`-export default () => "\u001b[31mred";`,
      "+export default () => 1;",
      "",
    ].join("\n"),
  );
  expect((await run(diff, ["a", "--json"])).report).toMatchObject({
    output: { scripts: [{ name: "a", state: "changed here" }] },
  });
  await expect(run(diff, ["nobody"])).rejects.toThrow('no script "nobody"');
});

test("a project for one tenant is not pushed to another", async () => {
  const folder = await makeProject({ tenant: "somebody-else" });
  await writeFile(join(folder, "scripts", "x.ts"), returning(1));
  const { exitCode, stderr } = await run(push, [], folder);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/^TENANT_NOT_FOUND: There is no tenant "somebody-else"/);
  await rm(folder, { recursive: true });
});
