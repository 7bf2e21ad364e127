import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { createAdaptorServer } from "@hono/node-server";
import { createClient } from "@skerry/client";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { runCommand } from "../../../test/command-output.ts";
import type { CommandOutput } from "../../../test/command-output.ts";
import { createTestPlatform } from "../../../test/platform.ts";
import type { TestClient, TestPlatform } from "../../../test/platform.ts";
import { spawnSkerry } from "../../../test/skerry-process.ts";
import { UsageError } from "../command.ts";
import type { Command } from "../command.ts";
import { followAllLogs } from "./log-follower.ts";
import { logs } from "./logs.ts";
import { run } from "./run.ts";

let skerry: TestPlatform;
let acme: TestClient & { readonly key: string };

/** A process of its own takes long to start on a busy machine. */
const PATIENT = { timeout: 120_000 };
const WAIT = { timeout: 60_000 };

const SCRIPTS = {
  greet: `export default ({ name }, ctx) => {
    ctx.log.info("greeting", { name });
    ctx.log.warn("\\u001b[31mred");
    return "Ahoy " + name;
  };`,
  broken: "export default () => {\n  throw new Error('no wind');\n};",
  spins: "export default () => { for (;;); };",
  waits: `export default async (_, ctx) => {
    ctx.log.info("waiting");
    await ctx.progress(0.5, "half");
    await new Promise(() => setTimeout(() => {}, 1e9));
  };`,
  steps: `export default async ({ gate, opens }, ctx) => {
    if (opens) return ctx.cache.set(gate, true);
    ctx.log.info("before " + gate);
    while (!(await ctx.cache.get(gate).catch(() => false))) await new Promise((resolve) => setTimeout(resolve, 20));
    ctx.log.error("after " + gate);
  };`,
};

beforeAll(async () => {
  skerry = await createTestPlatform();
  acme = await skerry.createTenant("acme");
  for (const [name, source] of Object.entries(SCRIPTS)) await createScript(name, source);
});
afterAll(() => skerry[Symbol.asyncDispose]());

async function createScript(name: string, source: string): Promise<void> {
  const answer = await acme.request("POST", "/api/v1/scripts", { name, type: "oneoff", source });
  expect(answer.status).toBe(201);
}

const at = (...args: string[]): string[] => [...args, "--url", skerry.url, "--key", acme.key];
const runAt = (command: Command, ...args: string[]): Promise<CommandOutput> =>
  runCommand(command, at(...args));

describe("skerry run", () => {
  test("shows logs on stderr and the result on stdout", async () => {
    expect(await runAt(run, "greet", "--input", '{"name":"Ada"}')).toEqual({
      exitCode: 0,
      stdout: '"Ahoy Ada"\n',
      stderr: 'info  greeting {"name":"Ada"}\nwarn  \\u001b[31mred\n',
    });
  });

  test("reports a failure as the sandbox has it, by its exit code too", async () => {
    const broken = await runAt(run, "broken");
    expect(broken).toMatchObject({ exitCode: 1, stdout: "" });
    expect(broken.stderr).toMatch(/^SCRIPT_ERROR: no wind\n +at .*broken\.ts:2:9/);
    const spun = await runAt(run, "spins", "--timeout-ms", "300", "--json");
    expect(spun.exitCode).toBe(3);
    expect(JSON.parse(spun.stdout)).toMatchObject({
      status: "timeout",
      output: null,
      error: { code: expect.stringMatching(/_LIMIT$/) as string },
      executionId: expect.any(String) as string,
      usage: { durationMs: expect.any(Number) as number },
    });
    expect(await runAt(run, "greeet")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("Did you mean greet?") as string,
    });
  });

  test("begins an execution and leaves with --no-wait", async () => {
    const { stdout, exitCode } = await runAt(run, "greet", "--no-wait", "--input", '{"name":"Grace"}');
    expect(exitCode).toBe(0);
    const followed = await runAt(logs, "--execution", stdout.trim(), "--follow", "--level", "warn");
    expect(followed.stdout).toMatch(/^\S+Z greet \w{8} warn {2}\\u001b\[31mred\n$/);
  });

  test("cancels the execution when it is interrupted", PATIENT, async () => {
    const child = spawnSkerry(at("run", "waits"));
    const output = text(child.stdout);
    let shown = "";
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => (shown += chunk));
    await vi.waitFor(() => expect(shown).toContain("50 % half"), WAIT);
    child.kill("SIGINT");
    expect(await once(child, "exit")).toEqual([130, null]);
    expect(await output).toBe("");
    expect(shown).toMatch(/^info {2}waiting\n50 % half\ncancelling \S+\nCANCELLED: /);
    const { body } = await acme.request("GET", "/api/v1/executions?script=waits");
    expect(body.items).toMatchObject([{ status: "cancelled" }]);
  });
});

describe("skerry logs", () => {
  test("shows the last lines of all scripts or of one, oldest first", async () => {
    for (const name of ["a", "b"]) await runAt(run, "greet", "--input", JSON.stringify({ name }));
    const all = await runAt(logs, "greet", "--lines", "3", "--since", "1h");
    expect(all.stdout.split("\n").map((line) => line.replace(/^\S+ greet \w+ /, ""))).toEqual([
      "warn  \\u001b[31mred",
      'info  greeting {"name":"b"}',
      "warn  \\u001b[31mred",
      "",
    ]);
    const { stdout } = await runAt(logs, "--lines", "2", "--level", "info", "--json");
    const lines = stdout.trim().split("\n");
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { script: "greet", seq: 0, level: "info", message: "greeting", fields: { name: "b" } },
      { script: "greet", seq: 1, level: "warn", message: "\\u001b[31mred", fields: null },
    ]);
  });

  test(
    "follows new executions while the server is restarted: no line is lost, none is told twice",
    { timeout: 120_000 },
    async () => {
      await using front = await openFront();
      const key = acme.key;
      const ending = new AbortController();
      const told: string[] = [];
      const ended: string[] = [];
      let outages = 0;
      const { items: known } = await createClient({ url: front.url, key }).executions.list();
      const following = followAllLogs({
        client: createClient({ url: front.url, key, retries: 0 }),
        known,
        signal: ending.signal,
        onLine: ({ message }) => void told.push(message),
        onEnd: ({ status }) => void ended.push(status),
        onOutage: () => void (outages += 1),
        onOverflow: () => {},
      });
      following.catch(() => {});

      await begin({ gate: "one" });
      await vi.waitFor(() => expect(told).toEqual(["before one"]));
      await front.stop();
      await begin({ gate: "two" });
      await begin({ gate: "one", opens: true });
      await vi.waitFor(() => expect(outages).toBeGreaterThan(0));
      await front.start();
      await vi.waitFor(() => expect([...told].sort()).toEqual(["after one", "before one", "before two"]));
      await begin({ gate: "two", opens: true });
      await vi.waitFor(() => expect(ended).toHaveLength(4));
      ending.abort(new Error("enough"));
      await expect(following).rejects.toThrow("enough");
      expect(told.sort()).toEqual(["after one", "after two", "before one", "before two"]);
    },
  );

  test("ends when it is interrupted", PATIENT, async () => {
    const child = spawnSkerry(at("logs", "greet", "-f", "--lines", "1"));
    let shown = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => (shown += chunk));
    await vi.waitFor(() => expect(shown).not.toBe(""), WAIT);
    child.kill("SIGINT");
    expect(await once(child, "exit")).toEqual([130, null]);
  });
});

test.each([
  ["no script", run, []],
  ["an input that is no JSON", run, ["greet", "--input", "{"]],
  ["too long a time", run, ["greet", "--timeout-ms", "86400000"]],
  ["a level that is none", logs, ["--level", "fatal"]],
  ["a time that is none", logs, ["--since", "yesterday"]],
  ["no lines", logs, ["--lines", "0"]],
  ["a script and an execution", logs, ["greet", "--execution", "x"]],
])("%s is wrong usage", async (_, command, args) => {
  await expect(command.run(at(...args))).rejects.toThrow(UsageError);
});

async function begin(input: { readonly gate: string; readonly opens?: boolean }): Promise<void> {
  await acme.request("POST", "/api/v1/scripts/steps/execute", { input, wait: false });
}

/** The platform at an address of its own, which can be away for a while. */
async function openFront() {
  let server: Server | undefined;
  let port = 0;

  async function start(): Promise<void> {
    server = createAdaptorServer({ fetch: (request) => skerry.platform.fetch(request) }) as Server;
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    ({ port } = server.address() as AddressInfo);
  }

  async function stop(): Promise<void> {
    if (server === undefined) return;
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
    server = undefined;
  }

  await start();
  return { url: `http://127.0.0.1:${port}`, start, stop, [Symbol.asyncDispose]: stop };
}
