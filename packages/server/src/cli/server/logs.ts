import { LOG_LEVELS } from "@skerry/sandbox";
import type { Api, Client } from "@skerry/client";
import { EXIT_INTERRUPTED, EXIT_OK, parseArguments, UsageError } from "../command.ts";
import type { Command } from "../command.ts";
import { readWholeNumber } from "../arguments/number-argument.ts";
import { chooseRemote, openRemote, REMOTE_HELP, REMOTE_OPTIONS } from "./remote.ts";
import { noteOutage, runRemote } from "./remote-report.ts";
import { followAllLogs, KNOWN_EXECUTIONS } from "./log-follower.ts";
import { tailLogs } from "./log-tail.ts";
import { createScriptNames, describeLoggedLine, reportLoggedLine } from "./log-text.ts";
import { readRecentLogs } from "./recent-logs.ts";
import type { LoggedLine } from "./recent-logs.ts";
import { readScriptName, withScript } from "./script-name.ts";
import { readSince } from "./since.ts";

const DEFAULT_COUNT = 50;
const MAX_COUNT = 10_000;

const HELP = `Usage: skerry logs [SCRIPT] [options]

Shows the last lines that executions logged, of one script or of all, oldest first, and with --follow those to come.
Goes on when the server was away; Ctrl-C ends it. A request to an endpoint shows its lines when it has ended.

  -f, --follow           go on with new lines
  --execution ID         of this execution alone
  --lines N              how many to begin with (default: ${DEFAULT_COUNT}, or all since --since)
  --level LEVEL          only ${LOG_LEVELS.join(", ")} and what is worse
  --since TIME           only since then: 30s, 10m, 2h, 1d, or 2026-11-22T09:00:00Z
${REMOTE_HELP}
  --json                 print one object { script, execution, seq, level, time, message, fields } on each line
  -h, --help             print this text

Exit codes: 0 shown, 1 refused or no answer, 2 wrong usage, 3 a limit was reached, 130 ended by Ctrl-C.
`;

const OPTIONS = {
  follow: { type: "boolean", short: "f", default: false },
  execution: { type: "string" },
  lines: { type: "string" },
  level: { type: "string" },
  since: { type: "string" },
  json: { type: "boolean", default: false },
  ...REMOTE_OPTIONS,
} as const;

/** `skerry logs`: what scripts say, then and now. */
export const logs: Command = { help: HELP, options: OPTIONS, run: runLogs };

interface LogsPlan {
  readonly client: Client;
  readonly script: string | undefined;
  readonly execution: string | undefined;
  readonly follows: boolean;
  readonly asJson: boolean;
  readonly count: number;
  readonly since: Date | undefined;
  readonly isWanted: (line: Api.ExecutionLog) => boolean;
  readonly print: (line: LoggedLine) => Promise<void>;
}

async function runLogs(args: readonly string[]): Promise<number> {
  const plan = await readPlan(args);
  const interruption = new AbortController();
  const interrupt = (): void => interruption.abort();
  process.once("SIGINT", interrupt);
  try {
    return await runRemote(plan.asJson, () => show(plan, interruption.signal));
  } catch (error) {
    if (interruption.signal.aborted) return EXIT_INTERRUPTED;
    throw error;
  } finally {
    process.off("SIGINT", interrupt);
  }
}

/** @throws UsageError for anything that cannot be shown as asked. */
async function readPlan(args: readonly string[]): Promise<LogsPlan> {
  const { values, positionals } = parseArguments(args, OPTIONS);
  const { execution, level, follow: follows, json: asJson } = values;
  const script = positionals.length === 0 ? undefined : readScriptName(positionals);
  if (script !== undefined && execution !== undefined) {
    throw new UsageError("give a SCRIPT or --execution, not both");
  }
  const least = level === undefined ? 0 : LOG_LEVELS.findIndex((each) => each === level);
  if (least < 0) {
    throw new UsageError(`--level takes ${LOG_LEVELS.join(", ")}, not ${JSON.stringify(level)}`);
  }
  const since = values.since === undefined ? undefined : readSince("--since", values.since, Date.now());
  const count = readWholeNumber("--lines", values.lines, MAX_COUNT);
  const client = openRemote(await chooseRemote(values));
  return {
    client,
    script,
    execution,
    follows,
    asJson,
    count: count ?? (since === undefined ? DEFAULT_COUNT : MAX_COUNT),
    since,
    isWanted: (line) =>
      LOG_LEVELS.indexOf(line.level) >= least && (since === undefined || new Date(line.time) >= since),
    print: createPrinter(client, asJson),
  };
}

/** Lines are printed in the order that they are handed over. */
function createPrinter(client: Client, asJson: boolean): LogsPlan["print"] {
  const nameScript = createScriptNames(client);
  const describe = asJson ? reportLoggedLine : describeLoggedLine;
  let printing = Promise.resolve();
  return (logged) => {
    printing = printing.then(async () => {
      const text = describe(logged, await nameScript(logged.execution.scriptId));
      process.stdout.write(`${text}\n`);
    });
    return printing;
  };
}

async function show(plan: LogsPlan, signal: AbortSignal): Promise<number> {
  const { client, script, execution } = plan;
  if (execution !== undefined)
    return await showExecution(plan, await client.executions.get(execution), signal);
  const query = {
    limit: KNOWN_EXECUTIONS,
    ...(script === undefined ? {} : { script }),
    ...(plan.since === undefined ? {} : { from: plan.since.toISOString() }),
  };
  const list = async () => (await client.executions.list(query, { signal })).items;
  const known = script === undefined ? await list() : await withScript(client, script, list);
  return await showMany(plan, known, signal);
}

async function showExecution(plan: LogsPlan, execution: Api.Execution, signal: AbortSignal): Promise<number> {
  const { client, count, isWanted, print, follows } = plan;
  const recent = await readRecentLogs(client, [execution], { count, isWanted });
  for (const logged of recent) await print(logged);
  if (!follows) return EXIT_OK;
  const after = recent.at(-1)?.line.seq;
  for await (const event of tailLogs(client, execution.id, { after, signal, onOutage: noteOutage })) {
    if (event.type === "log" && isWanted(event.line)) await print({ execution, line: event.line });
  }
  return EXIT_OK;
}

async function showMany(
  plan: LogsPlan,
  known: readonly Api.Execution[],
  signal: AbortSignal,
): Promise<number> {
  const { client, script, since, count, isWanted, print, follows } = plan;
  const recent = await readRecentLogs(client, known, { count, isWanted });
  for (const logged of recent) await print(logged);
  if (!follows) return EXIT_OK;
  const printed = new Map(recent.map(({ execution, line }) => [execution.id, line.seq]));
  return await followAllLogs({
    client,
    script,
    known,
    since,
    shown: printed,
    signal,
    onLine: (line, execution) => void (isWanted(line) && print({ execution, line })),
    onOutage: noteOutage,
    onOverflow: () => void process.stderr.write("too many executions to follow: some are left out\n"),
  });
}
