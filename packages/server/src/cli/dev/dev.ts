import { readConfig } from "../../config.ts";
import { EXIT_OK, parseArguments, UsageError } from "../command.ts";
import type { Command } from "../command.ts";
import { requireProject } from "../project/manifest.ts";
import { describeDevEvent, reportDevEvent } from "./dev-event.ts";
import type { DevEvent } from "./dev-event.ts";
import { chooseDevFolder, DEV_TENANT, startDevServer } from "./dev-server.ts";
import { serveFolder } from "./serving.ts";

const HELP = `Usage: skerry dev [FOLDER] [options]

Starts a server for this machine alone, pushes the scripts of a project into it, and again after each change: all of
them, or none when one cannot be used. Scripts run in the same sandbox, by the same triggers and with the same limits as
at any other server; what they log is shown. The tenant is "${DEV_TENANT}". Data and keys stay in a folder of your own below
~/.config/skerry/dev, one for each project: what a project brings along is never run as a database.

  --port N               the port to listen on, 0 for any (default: PORT, else 3000)
  --json                 print each event as one line of JSON: ready, pushed, refused, log, end
  -h, --help             print this text

Exit codes: 0 ended by Ctrl-C, 1 failure, 2 wrong usage or settings.
`;

const OPTIONS = {
  port: { type: "string" },
  json: { type: "boolean", default: false },
} as const;

const MAX_PORT = 65_535;

/** `skerry dev`: a folder of scripts that runs while it is written. */
export const dev: Command = { help: HELP, options: OPTIONS, run: runDev };

async function runDev(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArguments(args, OPTIONS);
  const [folder = ".", extra] = positionals;
  if (extra !== undefined) throw new UsageError(`one FOLDER at a time; unexpected ${JSON.stringify(extra)}`);
  const port = readPort(values.port);
  const project = await requireProject(folder);
  const write = values.json ? reportDevEvent : describeDevEvent;
  const tell = (event: DevEvent): void => void process.stdout.write(`${write(event)}\n`);

  using stop = catchStopSignals();
  await using server = await startDevServer(await chooseDevFolder(project.root), port);
  await serveFolder({ server, project, tell, signal: stop.signal });
  return EXIT_OK;
}

/** @throws UsageError */
function readPort(text: string | undefined): number {
  if (text === undefined) return readConfig().port;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= MAX_PORT) return port;
  throw new UsageError(`--port takes a port from 0 to ${MAX_PORT}, not ${JSON.stringify(text)}`);
}

/** The first signal ends the work in order; a second one of its kind ends the process. */
function catchStopSignals(): Disposable & { readonly signal: AbortSignal } {
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const name of signals) process.once(name, stop);
  return {
    signal: stopping.signal,
    [Symbol.dispose]() {
      for (const name of signals) process.off(name, stop);
    },
  };
}
