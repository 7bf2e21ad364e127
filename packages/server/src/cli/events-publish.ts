import { eventInput, published } from "../events/event.ts";
import type { EventInput, Published } from "../events/event.ts";
import { EXIT_FAILURE, EXIT_OK, UsageError, parseArguments } from "./command.ts";
import type { Command } from "./command.ts";
import { EXIT_LIMIT } from "./exec-report.ts";
import { readJsonArgument } from "./file-arguments.ts";
import { askRemote, chooseRemote, REMOTE_HELP, REMOTE_OPTIONS } from "./remote.ts";
import type { Remote, RemoteAnswer, RemoteError } from "./remote.ts";
import { escapeControls, indentContinuation } from "./terminal-text.ts";

const HELP = `Usage: skerry events publish TYPE [options]

Publishes an event at a server, e.g. order.created, and prints its id once it is stored. The scripts that subscribe to
it run afterwards.

  --payload JSON|@FILE   what the event says (default: null)
  --id ID                the event's id; one that was published before does nothing (default: a new one)
${REMOTE_HELP}
  --json                 print one object { status, output, error } instead of the id
  -h, --help             print this text

Exit codes: 0 published, 1 refused or no answer, 2 wrong usage, 3 a limit was reached.
`;

/** `skerry events publish`: one event, stored by a server. */
export const events: Command = { help: HELP, run: runEvents };

interface PublishPlan {
  readonly event: EventInput;
  readonly remote: Remote;
  readonly printReport: boolean;
}

const HTTP_TOO_MANY_REQUESTS = 429;

async function runEvents(args: readonly string[]): Promise<number> {
  const { event, remote, printReport } = await readPlan(args);
  const request = { method: "POST", path: "/events", body: event, answer: published };
  const answer = await askRemote(remote, request);
  print(answer, printReport);
  if (answer.error === null) return EXIT_OK;
  return answer.error.status === HTTP_TOO_MANY_REQUESTS ? EXIT_LIMIT : EXIT_FAILURE;
}

/** @throws UsageError for an event that no server would take, unreadable files included. */
async function readPlan(args: readonly string[]): Promise<PublishPlan> {
  const { values, positionals } = parseArguments(args, {
    payload: { type: "string", default: "null" },
    id: { type: "string" },
    json: { type: "boolean", default: false },
    ...REMOTE_OPTIONS,
  });
  const [verb, type, extra] = positionals;
  if (verb !== "publish") throw new UsageError("events can be published: skerry events publish TYPE");
  if (type === undefined) throw new UsageError("no TYPE given");
  if (extra !== undefined) throw new UsageError(`unexpected argument ${JSON.stringify(extra)}`);
  const payload: unknown = JSON.parse(await readJsonArgument("--payload", values.payload));
  const { data: event, error } = eventInput.safeParse({ type, payload, id: values.id });
  const [issue] = error?.issues ?? [];
  if (issue !== undefined) throw new UsageError(`the event's ${issue.path.join(".")}: ${issue.message}`);
  return { event: event as EventInput, remote: chooseRemote(values), printReport: values.json };
}

function print({ body, error }: RemoteAnswer<Published>, asJson: boolean): void {
  if (asJson) {
    const report = { status: error === null ? "completed" : "failed", output: body, error };
    process.stdout.write(`${escapeControls(JSON.stringify(report))}\n`);
  } else if (error === null) {
    process.stdout.write(`${escapeControls(body.ids.join("\n"))}\n`);
  } else {
    process.stderr.write(`${describe(error)}\n`);
  }
}

function describe({ code, message }: RemoteError): string {
  return indentContinuation(escapeControls(`${code}: ${message}`), "  ");
}
