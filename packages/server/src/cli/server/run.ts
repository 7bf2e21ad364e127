import type { Api, Client } from "@skerry/client";
import { EXIT_INTERRUPTED, EXIT_OK, parseArguments } from "../command.ts";
import type { Command } from "../command.ts";
import { describeError, describeLogLine, exitCodeOf } from "../exec/report.ts";
import { readJsonArgument } from "../arguments/json-argument.ts";
import { readWholeNumber } from "../arguments/number-argument.ts";
import { chooseRemote, openRemote, REMOTE_HELP, REMOTE_OPTIONS } from "./remote.ts";
import { noteOutage, runRemote } from "./remote-report.ts";
import { escapeControls, indentContinuation } from "../terminal/text.ts";
import { tailLogs } from "./log-tail.ts";
import { MAX_VERSION } from "./publish.ts";
import { readScriptName, withScript } from "./script-name.ts";

const HELP = `Usage: skerry run SCRIPT [options]

Runs a script at a server. Its logs go to stderr while it runs, the result goes to stdout as JSON. Ctrl-C cancels the
execution; a second one only leaves. What it can do is what the server lets its tenant do. An endpoint is not run but
requested.

  --input JSON|@FILE     the script's input (default: null)
  --version N            run this version (default: the published one)
  --draft                run the draft
  --timeout-ms N         a shorter time limit than the script's own
  --no-wait              print the execution's id and leave; skerry logs --execution ID follows it
${REMOTE_HELP}
  --json                 print one object { status, output, error, executionId, usage } instead of the result
  -h, --help             print this text

Exit codes: 0 ok, 1 script error or refused, 2 wrong usage, 3 a limit was reached, 4 the runner was lost, 130 cancelled
by Ctrl-C.
`;

const OPTIONS = {
  input: { type: "string" },
  version: { type: "string" },
  draft: { type: "boolean", default: false },
  "timeout-ms": { type: "string" },
  "no-wait": { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  ...REMOTE_OPTIONS,
} as const;

const MAX_TIMEOUT_MS = 15 * 60_000;
/** How long the server may be away before it is given up. */
const PATIENCE_MS = 60_000;

/** `skerry run`: one execution at a server, watched to its end. */
export const run: Command = { help: HELP, options: OPTIONS, run: runRun };

interface RunPlan {
  readonly client: Client;
  readonly script: string;
  readonly input: Api.ScriptsExecuteInput;
  readonly waits: boolean;
  readonly asJson: boolean;
}

async function runRun(args: readonly string[]): Promise<number> {
  const { client, script, input, waits, asJson } = await readPlan(args);
  return await runRemote(asJson, async () => {
    const begun = await withScript(client, script, () => client.scripts.execute(script, input));
    if (!waits) {
      print(begun, asJson, begun.id);
      return EXIT_OK;
    }
    const { ended, isInterrupted } = await watch(client, begun.id);
    const exitCode = printEnd(ended, asJson);
    return isInterrupted ? EXIT_INTERRUPTED : exitCode;
  });
}

/** @throws UsageError for anything that cannot be run as asked. */
async function readPlan(args: readonly string[]): Promise<RunPlan> {
  const { values, positionals } = parseArguments(args, OPTIONS);
  const script = readScriptName(positionals);
  const version = readWholeNumber("--version", values.version, MAX_VERSION);
  const timeoutMs = readWholeNumber("--timeout-ms", values["timeout-ms"], MAX_TIMEOUT_MS);
  const json = values.input === undefined ? "null" : await readJsonArgument("--input", values.input);
  const input: Api.ScriptsExecuteInput = {
    input: JSON.parse(json) as unknown,
    trigger: "manual",
    // It is there to be followed before it ends.
    wait: false,
    ...(values.draft ? { draft: true } : {}),
    ...(version === undefined ? {} : { version }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
  const client = openRemote(await chooseRemote(values));
  return { client, script, input, waits: !values["no-wait"], asJson: values.json };
}

/** Shows what the execution logs until it has ended. An interruption cancels it. */
async function watch(client: Client, id: string) {
  let isInterrupted = false;
  function cancel(): void {
    isInterrupted = true;
    note(`cancelling ${id}`);
    // What has ended meanwhile is seen as ended.
    client.executions.cancel(id).catch(() => {});
  }
  process.once("SIGINT", cancel);
  try {
    const { signal } = new AbortController();
    const options = { onOutage: noteOutage, patienceMs: PATIENCE_MS, signal };
    for await (const event of tailLogs(client, id, options)) {
      if (event.type === "log") process.stderr.write(`${describeLine(event.line)}\n`);
      if (event.type === "progress") note(describeProgress(event.progress));
    }
    return { ended: await client.executions.get(id), isInterrupted };
  } finally {
    process.off("SIGINT", cancel);
  }
}

function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

function describeLine({ level, message, fields }: Api.ExecutionLog): string {
  return describeLogLine({ level, message, ...(fields === null ? {} : { fields }) });
}

function describeProgress({ value, message }: Api.ExecutionProgress): string {
  const text = `${Math.round(value * 100)} %${message === null ? "" : ` ${message}`}`;
  return indentContinuation(escapeControls(text), "  ");
}

function printEnd(ended: Api.Execution, asJson: boolean): number {
  const { output, error } = ended;
  if (asJson || error === null) print(ended, asJson, JSON.stringify(output));
  else note(describeError(error));
  return exitCodeOf({ error });
}

function print(execution: Api.Execution, asJson: boolean, text: string): void {
  const shown = asJson ? JSON.stringify(reportExecution(execution)) : text;
  process.stdout.write(`${escapeControls(shown)}\n`);
}

function reportExecution({ id: executionId, status, output, error, ...facts }: Api.Execution) {
  const { queuedMs, durationMs, cpuMs, memoryPeakBytes, capabilityCalls } = facts;
  const usage = { queuedMs, durationMs, cpuMs, memoryPeakBytes, capabilityCalls };
  return { status, output, error, executionId, usage };
}
