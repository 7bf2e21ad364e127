import type { ClientConfig, PoolClient } from "pg";
import pg from "pg";
import { createDbError } from "../errors.ts";
import type { DbLimits } from "../limits.ts";
import type { RawResult, Step } from "./exchange.ts";
import { exchange } from "./exchange.ts";
import { createShares } from "./shares.ts";

/** How long a statement may go on after it should have ended, before its connection is taken from it. */
const STOP_GRACE_MS = 1_000;
const CLEAN_MS = 2_000;
const CONNECT_MS = 5_000;
const IDLE_MS = 60_000;

/** A connection of the scripts' role, in the hands of one execution. */
export interface ScriptConnection {
  /** Process id of its server process. */
  readonly pid: number;
  /**
   * Sends statements at once, within the limits. When time is up or `signal` aborts, the statement is cancelled, and
   * after that its server process is ended.
   *
   * @throws CapabilityError `DB_RESULT_LIMIT` or `DB_TIMEOUT`, or the driver's error.
   */
  run(steps: readonly Step[], signal: AbortSignal): Promise<RawResult>;
  /** Rolls back what is open, forgets everything of the session and gives the connection back; ends it when it cannot. */
  release(): Promise<void>;
}

/** The scripts' connections of one node. */
export interface ScriptConnections extends AsyncDisposable {
  /** @throws CapabilityError `DB_BUSY`, the signal's reason, or the driver's error when it cannot connect. */
  acquire(tenant: string, signal: AbortSignal): Promise<ScriptConnection>;
}

/** Keeps at most `limits.connections` of them, each connecting by `config`. */
export function createScriptConnections(config: ClientConfig, limits: DbLimits): ScriptConnections {
  const shares = createShares({
    total: limits.connections,
    perTenant: limits.connectionsPerTenant,
    waitingPerTenant: limits.waitingPerTenant,
    waitMs: limits.waitMs,
  });
  const pool = new pg.Pool({
    ...config,
    max: limits.connections,
    connectionTimeoutMillis: CONNECT_MS,
    idleTimeoutMillis: IDLE_MS,
  });
  // What is lost fails its own statement, and the pool replaces it.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));

  return {
    async acquire(tenant, signal) {
      const share = await shares.acquire(tenant, signal);
      try {
        const client = await pool.connect();
        return createConnection(client, { config, limits, onRelease: () => share[Symbol.dispose]() });
      } catch (error) {
        share[Symbol.dispose]();
        throw error;
      }
    },
    [Symbol.asyncDispose]: () => pool.end(),
  };
}

interface ConnectionOptions {
  readonly config: ClientConfig;
  readonly limits: DbLimits;
  readonly onRelease: () => void;
}

function createConnection(
  client: PoolClient,
  { config, limits, onRelease }: ConnectionOptions,
): ScriptConnection {
  const { processID: pid, connection } = client as unknown as {
    readonly processID: number;
    readonly connection: { readonly stream: { destroy(error: Error): void } };
  };
  let isLost = false;

  /**
   * Cancels what runs; what goes on nevertheless loses its connection and its server process. The signal could arrive
   * when something else runs, so the connection is not used again.
   */
  async function stop(reason: Error, isOver: () => boolean): Promise<void> {
    isLost = true;
    await signalBackend(config, "pg_cancel_backend", pid).catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, STOP_GRACE_MS));
    if (isOver()) return;
    connection.stream.destroy(reason);
    await signalBackend(config, "pg_terminate_backend", pid).catch(() => {});
  }

  /** The server ends statements at their time by itself; this holds where it does not. */
  async function run(steps: readonly Step[], timeoutMs: number, signal?: AbortSignal): Promise<RawResult> {
    signal?.throwIfAborted();
    let isOver = false;
    let stopped: Error | undefined;
    const end = (reason: Error): void => {
      if (stopped !== undefined) return;
      stopped = reason;
      stop(reason, () => isOver).catch(() => {});
    };
    const abort = (): void => end(signal?.reason as Error);
    const timer = setTimeout(
      () => end(createDbError("DB_TIMEOUT", `The statement took longer than ${timeoutMs} ms.`)),
      timeoutMs + STOP_GRACE_MS,
    );
    signal?.addEventListener("abort", abort, { once: true });
    try {
      return await exchange(client, steps, limits);
    } catch (error) {
      throw stopped ?? error;
    } finally {
      isOver = true;
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    }
  }

  async function clean(): Promise<void> {
    if (readStatus(client) !== "I") await run([{ text: "rollback", values: [] }], CLEAN_MS);
    await run([{ text: "discard all", values: [] }], CLEAN_MS);
  }

  return {
    pid,
    run: (steps, signal) => run(steps, limits.statementMs, signal),
    async release() {
      try {
        if (!isLost) await clean();
        client.release(isLost);
      } catch {
        client.release(true);
      } finally {
        onRelease();
      }
    },
  };
}

/** `I` out of a transaction, `T` in one, `E` in one that failed. */
function readStatus(client: PoolClient): string | null {
  return (client as PoolClient & { getTransactionStatus(): string | null }).getTransactionStatus();
}

/** By a connection of its own, as the same role: that may signal its own processes, and the platform's user may not. */
async function signalBackend(config: ClientConfig, signal: string, pid: number): Promise<void> {
  const client = new pg.Client({ ...config, connectionTimeoutMillis: CONNECT_MS, query_timeout: CONNECT_MS });
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query(`select ${signal}($1)`, [pid]);
  } finally {
    await client.end().catch(() => {});
  }
}
