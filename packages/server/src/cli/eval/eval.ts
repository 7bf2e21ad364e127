import {
  ExpressionError,
  ExpressionEvaluator,
  IsolatedVmBridge,
  ProcessBridge,
  QuickJsBridge,
} from "@skerry/expressions";
import type { RuntimeBridge } from "@skerry/expressions";
import { DEFAULT_BRIDGE_MEMORY_MB, DEFAULT_BRIDGE_TIMEOUT_MS } from "@skerry/sandbox";
import { readConfig } from "../../config.ts";
import { UsageError } from "../command.ts";
import type { Command } from "../command.ts";
import { EVAL_OPTIONS, readPlan } from "./plan.ts";
import type { BridgeName, EvalPlan } from "./plan.ts";
import { isIsolateProcess, runInIsolateProcess } from "./process.ts";
import { describeError, describeOutput, exitCodeOf, reportError, reportValue } from "./report.ts";
import type { EvalReport } from "./report.ts";
import { escapeControls } from "../terminal/text.ts";

const HELP = `Usage: skerry eval TEMPLATE [options]

Evaluates one template, e.g. 'Hello {{ $json.name.toTitleCase() }}', over data, within ${DEFAULT_BRIDGE_TIMEOUT_MS} ms and
${DEFAULT_BRIDGE_MEMORY_MB} MiB. A template that is one {{ }} alone gives the value itself, every other one a text. On stdout a text is
printed as it is, every other value as JSON, undefined as nothing; what JSON has no form for, such as a date, becomes
text. Errors go to stderr, with the place in the template.

  --data JSON|@FILE   what the template reads by name, e.g. '{"$json": {"name": "ada"}}' (default: {})
  --timezone TZ       IANA name of the zone that dates are in (default: this machine's)
  --bridge NAME       where the code runs (default: process)
                        process      a locked-down process: for templates of anybody
                        quickjs      QuickJS as WebAssembly in this process
                        isolated-vm  a V8 isolate in this process: for templates that you trust
  --json              print one object { status, output, error } instead of the result
  -h, --help          print this text

Exit codes: 0 ok, 1 expression error, 2 wrong usage, 3 a limit was reached, 4 the runner was lost.
`;

const CREATE_BRIDGE: Readonly<Record<BridgeName, () => RuntimeBridge>> = {
  process: () => new ProcessBridge({ isolation: readConfig().isolation }),
  quickjs: () => new QuickJsBridge(),
  "isolated-vm": () => new IsolatedVmBridge(),
};

/** `skerry eval`: one template, one result. */
export const evaluate: Command = { help: HELP, options: EVAL_OPTIONS, run: runEval };

async function runEval(args: readonly string[]): Promise<number> {
  const plan = await readPlan(args);
  if (plan.bridge !== "isolated-vm" || isIsolateProcess()) return print(await evaluatePlan(plan), plan);
  const end = await runInIsolateProcess("eval", args);
  return typeof end === "number" ? end : print(reportError(createLostError(end)), plan);
}

async function evaluatePlan({ template, data, timezone, bridge }: EvalPlan): Promise<EvalReport> {
  await using evaluator = new ExpressionEvaluator({ createBridge: CREATE_BRIDGE[bridge], poolSize: 0 });
  try {
    return reportValue(await evaluator.evaluate(template, data, timezone === undefined ? {} : { timezone }));
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    if (error.code === "EXPRESSION_TIMEZONE") throw new UsageError(`--timezone: ${error.message}`);
    return reportError(error);
  }
}

function createLostError(signal: NodeJS.Signals): ExpressionError {
  return new ExpressionError("EXPRESSION_BRIDGE", `the process around the isolate was ended by ${signal}`);
}

/** Answers the exit code. */
function print(report: EvalReport, { template, printReport }: EvalPlan): number {
  if (printReport) {
    process.stdout.write(`${escapeControls(JSON.stringify(report))}\n`);
  } else if (report.error !== null) {
    process.stderr.write(`${describeError(report.error, template)}\n`);
  } else {
    process.stdout.write(describeOutput(report.output));
    if (report.output === undefined) process.stderr.write("the result is undefined\n");
  }
  return exitCodeOf(report);
}
