import type { Logger } from "pino";
import { listConfig, readConfig } from "../../config.ts";
import { createLogger } from "../../main/logger.ts";
import { prepareFirstUse } from "../../main/first-use.ts";
import { startServer } from "../../main/server.ts";
import { EXIT_FAILURE, EXIT_OK, parseArguments, refusePositionals } from "../command.ts";
import type { Command } from "../command.ts";
import { describeConfig } from "../doctor/config-text.ts";

const HELP = `Usage: skerry start

Starts the platform: HTTP server, runners, and the embedded database unless DATABASE_URL names one. The first
start on an empty database makes the tenant "demo" with one script per type. SIGTERM, SIGINT and SIGHUP stop it: /ready
answers 503, requests are answered for SKERRY_DRAIN_MS more, running executions have up to 10 s to end, and then
everything is written and closed.

Settings come from the environment; these are the defaults:

${describeConfig(listConfig({}))}
Exit codes: 0 stopped by a signal, 1 failure, 2 wrong usage or settings.
`;

/** `skerry start`: the platform until a signal stops it. */
export const start: Command = { help: HELP, options: {}, run: runStart };

async function runStart(args: readonly string[]): Promise<number> {
  refusePositionals(parseArguments(args, {}).positionals);
  const config = readConfig();
  const logger = createLogger(config.logLevel);
  exitOnCrash(logger);
  const stop = waitForStopSignal();

  await using server = await startServer(config, logger, {
    prepare: async (running) => void process.stdout.write(await prepareFirstUse(running, config)),
  });

  logger.info({ signal: await stop }, "stopping");
  await server.close();
  logger.info("stopped");
  return EXIT_OK;
}

/** A defect left the process in an unknown state. Database and runners end by themselves when it is gone. */
function exitOnCrash(logger: Logger): void {
  process.on("uncaughtException", (error) => {
    logger.fatal(error, "crashed");
    process.exit(EXIT_FAILURE);
  });
}

/** Repeated signals are ignored: a process group and its parent often both send one, and stopping is bounded. */
function waitForStopSignal(): Promise<NodeJS.Signals> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>();
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, resolve);
  return promise;
}
