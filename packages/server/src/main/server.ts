import { randomUUID } from "node:crypto";
import { once } from "node:events";
import type { Server } from "node:http";
import { isIPv6 } from "node:net";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { createAdaptorServer } from "@hono/node-server";
import type { Logger } from "pino";
import type { Config } from "../config.ts";
import { startTelemetry } from "../observability/telemetry.ts";
import { assembleSkerry, DRAIN_MS } from "./assembly.ts";
import type { Assembly } from "./assembly.ts";
import { claimDataFolder } from "./data-folder.ts";
import { StartError } from "./errors.ts";
import { ensureOperatorKey } from "./operator-key.ts";
import type { OperatorKey } from "./operator-key.ts";
import { createSite } from "./site.ts";
import { endOfTurn } from "./turns.ts";

/** How long finished responses may take to reach a slow client before its connection is cut. */
const LINGER_MS = 1_000;
/**
 * How long a connection may be idle. Load balancers keep theirs for 60 s as a rule; were ours shorter, a request could
 * come while we close.
 */
const KEEP_ALIVE_MS = 75_000;

/** The platform with a listening HTTP server in front. */
export interface RunningServer extends AsyncDisposable {
  /** With the base path, and without a trailing slash; an address a browser on this machine can open. */
  readonly url: string;
  readonly assembly: Assembly;
  readonly operatorKey: OperatorKey;
  /**
   * Tells load balancers to turn to others and answers requests as ever for `drainMs`. Then stops accepting, lets running
   * executions end for up to 10 s, writes what is still to be written, and stops runners and database. A second call
   * waits for the first.
   */
  close(): Promise<void>;
}

export interface ServerOptions {
  /** Done once the server listens; the node is not ready before. Default nothing. */
  readonly prepare?: (server: RunningServer) => Promise<void>;
}

/** Starts everything a node needs and listens. What did start is stopped again when a later part fails. */
export async function startServer(
  config: Config,
  logger: Logger,
  { prepare }: ServerOptions = {},
): Promise<RunningServer> {
  await claimDataFolder(config);
  const operatorKey = await ensureOperatorKey(config);
  await using starting = new AsyncDisposableStack();
  const nodeId = randomUUID();
  const { metrics, scrape } = starting.use(
    startTelemetry({ config, logger: logger.child({ node: nodeId }), nodeId }),
  );
  const assembly = starting.use(await assembleSkerry(config, operatorKey.key, logger, { nodeId, metrics }));
  let isStarting = prepare !== undefined;
  let isStopping = false;
  const site = createSite(assembly, {
    role: config.role,
    metrics: { scrape, token: config.metricsToken },
    isStarting: () => isStarting,
    isStopping: () => isStopping,
  });
  const server = createAdaptorServer({
    fetch: async (request, { incoming, outgoing }) => {
      const { remoteAddress } = incoming.socket;
      const cut = (): void => void outgoing.destroy();
      const response = await site(request, remoteAddress === undefined ? { cut } : { remoteAddress, cut });
      // Whoever holds the connection sends the next request to another node.
      if (isStopping) outgoing.setHeader("connection", "close");
      await endOfTurn();
      return response;
    },
  }) as Server;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await listen(server, config);
  const owned = starting.move();

  let closing: Promise<void> | undefined;
  async function shutDown(): Promise<void> {
    const { drainMs } = config;
    isStopping = true;
    const closed = once(server, "close");
    await Promise.all([
      assembly.platform.drain(DRAIN_MS, drainMs),
      sleep(drainMs).then(() => server.close()),
    ]);
    server.closeIdleConnections();
    const linger = setTimeout(() => server.closeAllConnections(), LINGER_MS);
    await closed;
    clearTimeout(linger);
    await owned.disposeAsync();
  }
  function close(): Promise<void> {
    closing ??= shutDown();
    return closing;
  }

  const running: RunningServer = {
    url: localUrl(server.address() as AddressInfo) + assembly.platform.site.prefix,
    assembly,
    operatorKey,
    close,
    [Symbol.asyncDispose]: close,
  };
  try {
    await prepare?.(running);
  } catch (error) {
    // What went wrong first is what is told.
    await close().catch(() => {});
    throw error;
  }
  isStarting = false;
  return running;
}

async function listen(server: Server, { port, host }: Config): Promise<void> {
  try {
    server.listen(port, host);
    await once(server, "listening");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE") {
      const hint = "Set PORT to another one, or to 0 for any that is free.";
      throw new StartError("ADDRESS_IN_USE", `Port ${port} of ${host} is taken. ${hint}`, { cause: error });
    }
    const hint = `Set HOST and PORT to what this machine allows: ${message}.`;
    throw new StartError("ADDRESS_UNAVAILABLE", `Cannot listen on port ${port} of ${host}. ${hint}`, {
      cause: error,
    });
  }
}

const ANY_ADDRESS = new Map([
  ["0.0.0.0", "127.0.0.1"],
  ["::", "::1"],
]);

function localUrl({ address, port }: AddressInfo): string {
  const host = ANY_ADDRESS.get(address) ?? address;
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}
