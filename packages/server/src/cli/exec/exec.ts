import { randomUUID } from "node:crypto";
import { guestBundle } from "#bundles";
import { createRunnerPool, DEFAULT_LIMITS, SandboxError } from "@skerry/sandbox";
import type { ExecutionRequest, ExecutionResult, LogLine, Program } from "@skerry/sandbox";
import { readConfig } from "../../config.ts";
import { createCapabilities } from "../../main/capabilities.ts";
import { SkerryError } from "../../problems/errors.ts";
import { compileScript } from "../../scripts/compile.ts";
import type { Command } from "../command.ts";
import { EXEC_OPTIONS, readPlan } from "./plan.ts";
import type { ExecPlan } from "./plan.ts";
import { describeError, describeLogLine, exitCodeOf, reportRefusal, reportResult } from "./report.ts";
import type { ExecReport } from "./report.ts";
import { escapeControls } from "../terminal/text.ts";

const HELP = `Usage: skerry exec FILE [options]

Runs the default export of one script file (.ts, .mts, .js or .mjs) as \`(input, ctx)\` in a full sandbox, with
the capabilities log, http and cache, without a server or a database. The result goes to stdout as JSON, the
script's logs go to stderr.

  --input JSON|@FILE   the script's input (default: null)
  --timeout-ms N       time limit, computing and waiting alike
                       (default: ${DEFAULT_LIMITS.cpuMs} ms of computing, ${DEFAULT_LIMITS.wallMs} ms in all)
  --memory-mb N        memory limit (default: ${DEFAULT_LIMITS.memoryMb})
  --json               print one object { status, output, error, usage } instead of the result
  -h, --help           print this text

Exit codes: 0 ok, 1 script error, 2 wrong usage, 3 a limit was reached, 4 the runner was lost.
`;

const LOCAL_TENANT = "local";

/** `skerry exec`: one script, one runner, one result. */
export const exec: Command = { help: HELP, options: EXEC_OPTIONS, run: runExec };

async function runExec(args: readonly string[]): Promise<number> {
  const plan = await readPlan(args);
  const report = await runPlan(plan);
  printReport(report, plan.printReport);
  return exitCodeOf(report);
}

async function runPlan(plan: ExecPlan): Promise<ExecReport> {
  try {
    const { code, sourceMap } = await compileScript(plan);
    const program = { id: `exec:${plan.fileName}`, fileName: plan.fileName, code, sourceMap };
    return reportResult(await runProgram(program, plan));
  } catch (error) {
    if (error instanceof SandboxError || error instanceof SkerryError) return reportRefusal(error);
    throw error;
  }
}

async function runProgram(program: Program, plan: ExecPlan): Promise<ExecutionResult> {
  await using scope = createCapabilities();
  await using pool = await createRunnerPool({
    capabilities: scope.capabilities,
    guestBundle: await guestBundle(),
    isolation: readConfig().isolation,
    maxRunners: 1,
    spareRunners: 0,
    onCapabilityFailure: (error, capability) =>
      process.stderr.write(`${capability}: ${escapeControls(String(error))}\n`),
  });
  return await pool.execute(createRequest(program, plan));
}

function createRequest(program: Program, { inputJson, limits }: ExecPlan): ExecutionRequest {
  const executionId = randomUUID();
  return {
    executionId,
    tenant: LOCAL_TENANT,
    program,
    entry: "call",
    input: { json: inputJson },
    context: {
      tenant: { id: LOCAL_TENANT },
      script: { id: program.id, name: program.fileName, version: 0 },
      execution: { id: executionId, attempt: 1 },
      trigger: { type: "manual" },
      limits: { ...limits },
    },
    attributes: { script: program.id },
    reuseContext: false,
    limits,
    onLog: printLogLines,
  };
}

function printLogLines(lines: readonly LogLine[]): void {
  process.stderr.write(lines.map((line) => `${describeLogLine(line)}\n`).join(""));
}

function printReport(report: ExecReport, asJson: boolean): void {
  if (asJson) {
    process.stdout.write(`${escapeControls(JSON.stringify(report))}\n`);
  } else if (report.error === null) {
    process.stdout.write(`${escapeControls(JSON.stringify(report.output))}\n`);
  } else {
    process.stderr.write(`${describeError(report.error)}\n`);
  }
}
