import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listDescendants } from "../../../test/process-tree.ts";
import { runSkerry, spawnSkerry } from "../../../test/skerry-process.ts";
import { UsageError } from "../command.ts";
import { readPlan } from "./plan.ts";
import type { EvalReport } from "./report.ts";

let folder: string;
let dataFile: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "skerry-eval-"));
  dataFile = join(folder, "data.json");
  await writeFile(dataFile, '{"$json": {"name": "ada lovelace", "total": 3}}');
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

test.for(["process", "quickjs", "isolated-vm"])("a template over data of a file, on %s", async (bridge) => {
  const template =
    "{{ $json.name.toTitleCase() }}\n{{ DateTime.fromMillis(0).hour }} {{ [$json.total].reverse()[0] }}";
  const args = ["--data", `@${dataFile}`, "--timezone", "Asia/Tokyo", "--bridge", bridge];
  expect(await runSkerry(["eval", template, ...args])).toEqual({
    exitCode: 0,
    stdout: "Ada Lovelace\n9 3\n",
    stderr: "",
  });
});

test("an undefined result prints nothing, and says so", async () => {
  expect(await runSkerry(["eval", "{{ $json.nothing }}", "--data", '{"$json": {}}'])).toEqual({
    exitCode: 0,
    stdout: "",
    stderr: "the result is undefined\n",
  });
  const { stdout } = await runSkerry([
    "eval",
    "{{ [$json, $now.isValid].reverse() }}",
    "--data",
    '{"$json": 1}',
    "--json",
  ]);
  expect(JSON.parse(stdout)).toEqual({ status: "completed", output: [true, 1], error: null });
});

describe("a template that fails", () => {
  test("shows where, exit 1", async () => {
    const { exitCode, stdout, stderr } = await runSkerry(["eval", "ab\n {{ null.x }}!"]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    const [message, ...frame] = stderr.split("\n");
    expect(message).toMatch(/^EXPRESSION_FAILED: TypeError: .*null.* \(line 2, column 4\)$/);
    expect(frame).toEqual(["   {{ null.x }}!", "     ^^^^^^^^", ""]);
  });

  test.for<[name: string, template: string, args: string[], expected: unknown]>([
    ["is no expression", "{{ 1 + }}", [], { exitCode: 1, error: { code: "EXPRESSION_SYNTAX" } }],
    [
      "does not end",
      "{{ (() => { for (;;); })() }}",
      [],
      { exitCode: 3, status: "timeout", error: { code: "EXPRESSION_TIMEOUT" } },
    ],
    [
      "uses all memory",
      "{{ (() => { const a = []; for (;;) a.push(new Array(1e5).fill(1.5)); })() }}",
      [],
      { exitCode: 3, error: { code: "EXPRESSION_MEMORY" } },
    ],
  ])("it %s", async ([, template, args, expected]) => {
    const { exitCode, stdout } = await runSkerry(["eval", template, "--json", ...args]);
    const report = JSON.parse(stdout) as EvalReport;
    expect({ ...report, exitCode }).toMatchObject({
      status: "failed",
      output: null,
      ...(expected as object),
    });
  });
});

test.runIf(process.platform === "linux")(
  "the end of the process around an isolate is the runner's",
  async () => {
    const endless = "{{ (() => { for (;;); })() }}";
    const child = spawnSkerry(["eval", endless, "--bridge", "isolated-vm", "--json"]);
    const exit = once(child, "exit");
    const output = text(child.stdout);
    await expect
      .poll(() => listDescendants(child.pid ?? 0), { timeout: 20_000, interval: 10 })
      .toHaveLength(1);
    for (const pid of listDescendants(child.pid ?? 0)) process.kill(pid, "SIGKILL");
    expect(JSON.parse(await output)).toMatchObject({
      status: "failed",
      error: { code: "EXPRESSION_BRIDGE" },
    });
    expect(await exit).toEqual([4, null]);
  },
);

test.for<[name: string, args: string[], cause: string]>([
  ["no template", [], "no TEMPLATE"],
  ["two templates", ["a", "b"], "one TEMPLATE"],
  ["data that is not JSON", ["a", "--data", "{a:1}"], "--data is not JSON"],
  ["data without names", ["a", "--data", "[1]"], "--data takes an object"],
  ["data that is not there", ["a", "--data", "@/nowhere.json"], "cannot read --data"],
  ["an unknown bridge", ["a", "--bridge", "vm"], "--bridge takes process"],
  ["an unknown option", ["a", "--fast"], "--fast"],
])("wrong usage names the cause: %s", async ([, args, cause]) => {
  const refusal = await readPlan(args).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(UsageError);
  expect((refusal as UsageError).message).toContain(cause);
});

test("an unknown time zone is wrong usage, exit 2", async () => {
  const { exitCode, stdout, stderr } = await runSkerry(["eval", "{{ 1 }}", "--timezone", "Mars/Base"]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  expect(stderr).toContain('--timezone: Invalid timezone: "Mars/Base"');
  expect(stderr).toContain("skerry eval --help");
});
