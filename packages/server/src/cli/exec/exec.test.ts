import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { filterLiving, listDescendants } from "../../../test/process-tree.ts";
import { runSkerry, spawnSkerry } from "../../../test/skerry-process.ts";
import type { FinishedProcess } from "../../../test/skerry-process.ts";
import type { ExecReport } from "./report.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "skerry-exec-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function execSource(
  source: string,
  args: readonly string[] = [],
  name = "script.ts",
): Promise<FinishedProcess> {
  const file = join(folder, name);
  await writeFile(file, source);
  return runSkerry(["exec", file, ...args]);
}

async function execReport(
  source: string,
  args: readonly string[] = [],
): Promise<ExecReport & { exitCode: number | null }> {
  const { stdout, exitCode } = await execSource(source, [...args, "--json"]);
  return { ...(JSON.parse(stdout) as ExecReport), exitCode };
}

describe("a script that ends well", () => {
  test("gets its input; result on stdout, logs on stderr", async () => {
    const source = `
      interface Order { price: number; quantity: number }
      export default async function (order: Order, ctx) {
        ctx.log.info("pricing", { quantity: order.quantity });
        console.warn("line one\\nline two \\u001b[31mred");
        await ctx.cache.set("seen", true);
        return { total: order.price * order.quantity, seen: await ctx.cache.get("seen") };
      }`;
    const result = await execSource(source, ["--input", '{"price":2.5,"quantity":4}']);
    expect(result).toEqual({
      exitCode: 0,
      stdout: '{"total":10,"seen":true}\n',
      stderr: 'info  pricing {"quantity":4}\nwarn  line one\n      line two \\u001b[31mred\n',
    });
  });

  test("takes its input from a file and reports usage with --json", async () => {
    await writeFile(join(folder, "input.json"), "[1, 2, 3]");
    const source = "export default (numbers) => numbers.reduce((sum, number) => sum + number)";
    const report = await execReport(source, ["--input", `@${join(folder, "input.json")}`]);
    expect(report).toMatchObject({ status: "completed", output: 6, error: null, exitCode: 0 });
    expect(report.usage).toMatchObject({ capabilityCalls: 0, cpuMs: expect.any(Number) as number });
  });

  test("prints null for no result, and no character that drives a terminal", async () => {
    expect((await execSource("export default () => {}")).stdout).toBe("null\n");
    const { stdout } = await execSource('export default () => "\\u009b31m\\u001b[2J"');
    expect(stdout).toBe('"\\u009b31m\\u001b[2J"\n');
  });
});

describe("a script that fails", () => {
  test("points at the author's line", async () => {
    const source =
      'type Never = never;\n\nexport default function pay(): Never {\n  throw new RangeError("no funds");\n}\n';
    const result = await execSource(source, [], "pay.ts");
    expect(result).toMatchObject({ exitCode: 1, stdout: "" });
    expect(result.stderr).toMatch(/^SCRIPT_ERROR: .*no funds/);
    expect(result.stderr).toContain("pay.ts:4:9");
    expect(result.stderr).not.toContain("packages/");
  });

  test("does not compile: line, column and code frame, exit 1", async () => {
    const { exitCode, stderr } = await execSource("export default () => {\n  const = 1;\n}", [], "broken.js");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("broken.js:2:9");
    expect(stderr).toContain("const = 1;");
  });

  test("returns what is not data, or waits for nothing", async () => {
    const cycle = await execReport("export default () => { const a = {}; a.self = a; return a; }");
    expect(cycle).toMatchObject({ exitCode: 1, status: "failed", error: { code: "OUTPUT_INVALID" } });
    const stuck = await execReport("export default () => new Promise(() => {})");
    expect(stuck).toMatchObject({ exitCode: 1, error: { code: "NEVER_SETTLED" } });
  });
});

describe("a hostile script ends inside its limits with exit 3", () => {
  test.each([
    ["a loop", "while (true) {}", ["CPU_LIMIT", "WALL_LIMIT"]],
    ["a loop of microtasks", "for (;;) await null", ["CPU_LIMIT", "WALL_LIMIT"]],
    ["a native call without end", "(2n ** 100_000_000n) ** 10n", ["CPU_LIMIT", "WALL_LIMIT", "MEMORY_LIMIT"]],
    ["a flood of memory", "const kept = []; for (;;) kept.push(new Array(1e5).fill(1.5))", ["MEMORY_LIMIT"]],
    ["a flood of output", 'return "x".repeat(100_000_000)', ["OUTPUT_LIMIT", "MEMORY_LIMIT"]],
  ])("%s", async (_name, body, codes) => {
    const report = await execReport(`export default async () => { ${body} }`, ["--timeout-ms", "800"]);
    expect(codes).toContain(report.error?.code);
    expect(report.exitCode).toBe(3);
  });

  test("a wait longer than --timeout-ms", async () => {
    const source = "export default () => new Promise((resolve) => setTimeout(resolve, 60_000))";
    const report = await execReport(source, ["--timeout-ms", "300"]);
    expect(report).toMatchObject({ exitCode: 3, status: "timeout", error: { code: "WALL_LIMIT" } });
  });
});

test.runIf(process.platform === "linux")("Ctrl-C ends script and runner", async () => {
  const file = join(folder, "wait.ts");
  await writeFile(
    file,
    'export default (_, ctx) => { ctx.log.info("waiting"); return new Promise((go) => setTimeout(go, 60_000)); }',
  );
  const child = spawnSkerry(["exec", file]);
  await once(child.stderr, "data");
  const descendants = listDescendants(child.pid ?? 0);
  expect(descendants.length).toBeGreaterThan(0);
  child.kill("SIGINT");
  expect(await once(child, "exit")).toEqual([null, "SIGINT"]);
  await expect.poll(() => filterLiving(descendants)).toEqual([]);
});

test("the network of this machine is out of reach", async () => {
  let connections = 0;
  const server = createServer((_request, response) => response.end("secret"));
  server.on("connection", () => (connections += 1)).listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    const { port } = server.address() as AddressInfo;
    const report = await execReport(
      `export default async () => (await fetch("http://127.0.0.1:${port}/")).text()`,
    );
    expect(report).toMatchObject({ exitCode: 1, status: "failed", output: null });
    expect(connections).toBe(0);
  } finally {
    server.close();
  }
});

test.each([
  ["no file", ["exec"], "no FILE"],
  ["a file that is not there", ["exec", "/nowhere/script.ts"], "cannot read the script"],
  ["a file of another kind", ["exec", "script.py"], "ends in .ts"],
  ["two files", ["exec", "a.ts", "b.ts"], "one FILE"],
  ["an unknown option", ["exec", "a.ts", "--fast"], "--fast"],
  ["input that is not JSON", ["exec", "a.ts", "--input", "{a:1}"], "--input is not JSON"],
  ["a limit that is no number", ["exec", "a.ts", "--timeout-ms", "1e9"], "--timeout-ms takes"],
  ["a limit of zero", ["exec", "a.ts", "--memory-mb", "0"], "--memory-mb takes"],
  ["an unknown verb", ["launch"], "no such verb"],
])("wrong usage exits 2 and names the cause: %s", async (_name, args, cause) => {
  const { exitCode, stdout, stderr } = await runSkerry(args);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  expect(stderr).toContain(cause);
  expect(stderr).toContain("--help");
});

test.each(["start", "exec", "eval", "doctor"])("skerry %s --help prints its usage", async (verb) => {
  const { exitCode, stdout } = await runSkerry([verb, "--help"]);
  expect(exitCode).toBe(0);
  expect(stdout).toContain(`Usage: skerry ${verb}`);
});
