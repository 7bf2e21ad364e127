import { SkerryClientError } from "@skerry/client";
import type { Api } from "@skerry/client";
import { eventInput, published } from "../../events/event.ts";
import type { Published } from "../../events/event.ts";
import { UsageError, parseArguments } from "../command.ts";
import type { Command } from "../command.ts";
import { readJsonArgument } from "../arguments/json-argument.ts";
import { chooseRemote, openRemote, REMOTE_HELP, REMOTE_OPTIONS } from "./remote.ts";
import type { Remote } from "./remote.ts";
import { reportRemote } from "./remote-report.ts";

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

const OPTIONS = {
  payload: { type: "string", default: "null" },
  id: { type: "string" },
  json: { type: "boolean", default: false },
  ...REMOTE_OPTIONS,
} as const;

/** `skerry events publish`: one event, stored by a server. */
export const events: Command = { help: HELP, options: OPTIONS, subcommands: ["publish"], run: runEvents };

interface PublishPlan {
  readonly event: Api.EventsPublishInput;
  readonly remote: Remote;
  readonly printReport: boolean;
}

async function runEvents(args: readonly string[]): Promise<number> {
  const { event, remote, printReport } = await readPlan(args);
  return await reportRemote(() => publishEvent(remote, event), {
    asJson: printReport,
    describe: ({ ids }) => ids.join("\n"),
  });
}

/** @throws SkerryClientError, also when what answered was no Skerry: then the event is nowhere. */
async function publishEvent(remote: Remote, event: PublishPlan["event"]): Promise<Published> {
  const { data, success } = published.safeParse(await openRemote(remote).events.publish(event));
  if (success) return data;
  throw new SkerryClientError("ANSWER_INVALID", `${remote.url} answered with something unknown.`, undefined);
}

/** @throws UsageError for an event that no server would take, unreadable files included. */
async function readPlan(args: readonly string[]): Promise<PublishPlan> {
  const { values, positionals } = parseArguments(args, OPTIONS);
  const [verb, type, extra] = positionals;
  if (verb !== "publish") throw new UsageError("events can be published: skerry events publish TYPE");
  if (type === undefined) throw new UsageError("no TYPE given");
  if (extra !== undefined) throw new UsageError(`unexpected argument ${JSON.stringify(extra)}`);
  const payload: unknown = JSON.parse(await readJsonArgument("--payload", values.payload));
  const { data: event, error } = eventInput.safeParse({ type, payload, id: values.id });
  const [issue] = error?.issues ?? [];
  if (issue !== undefined) throw new UsageError(`the event's ${issue.path.join(".")}: ${issue.message}`);
  return {
    event: event as Api.EventsPublishInput,
    remote: await chooseRemote(values),
    printReport: values.json,
  };
}
