import { setTimeout as sleep } from "node:timers/promises";
import { SkerryClientError } from "@skerry/client";
import type { Api, Client } from "@skerry/client";
import { createLane } from "./lane.ts";
import { askPatiently, createPatience, tailLogs } from "./log-tail.ts";
import type { PatienceOptions } from "./log-tail.ts";

/** What is followed, and who is told of it. */
export interface LogFollowerOptions extends Omit<PatienceOptions, "patienceMs"> {
  readonly client: Client;
  /** By id or name. Default: all scripts of the tenant. */
  readonly script?: string | undefined;
  /**
   * The newest executions, newest first, up to {@link KNOWN_EXECUTIONS}, as they were when the following begins: of those
   * that have ended nothing is told.
   */
  readonly known: readonly Api.Execution[];
  /** Last lines, by execution, that were shown of those that have not ended. Default: none was. */
  readonly shown?: ReadonlyMap<string, number>;
  /** Executions that began before are not looked for. Default: all may be. */
  readonly since?: Date | undefined;
  readonly onLine: (line: Api.ExecutionLog, execution: Api.Execution) => void;
  /** Told after the last line. Default: nobody is. */
  readonly onEnd?: (execution: Api.Execution) => void;
  /** Told when more executions begin than can be looked at. */
  readonly onOverflow: () => void;
}

/** How many executions should be known when their following begins. */
export const KNOWN_EXECUTIONS = 200;

const POLL_MS = 1_000;
/** Requests to endpoints are written down when they end: one that took longer than this is not seen. */
const LATE_MS = 60_000;
const PAGE_SIZE = 200;
/** Executions that are looked at each time. */
const MAX_LOOKED_AT = 1_000;
/** Queued ones that are looked at each time. */
const MAX_WAITING_LOOKED_AT = 20;
/** Below what the server grants a tenant, so that pages can follow logs, too. */
const MAX_TAILS = 20;
/** What is still known of executions that were told of, beyond which the oldest are forgotten. */
const MAX_KNOWN = 20_000;

/**
 * Follows what executions log, those that are there and those to come, until the signal is aborted: each line once, those
 * of an execution in order. The server has no stream over all executions, so new ones are looked for each second, and
 * each is followed over a stream of its own, at most 20 at a time. Goes on when the server was away.
 *
 * @throws SkerryClientError for what does not pass by itself, or the reason of the signal.
 */
export async function followAllLogs(options: LogFollowerOptions): Promise<never> {
  const { client, known, shown = new Map<string, number>(), signal } = options;
  const script = options.script === undefined ? {} : { script: options.script };
  const stopping = new AbortController();
  const stop = AbortSignal.any([signal, stopping.signal]);
  const lane = createLane(MAX_TAILS);
  const seen = new Set(known.map(({ id }) => id));
  /** Queued ones begin when a worker takes them, some of them much later. */
  const waiting = new Map<string, Api.Execution>();
  const patience = createPatience({ onOutage: options.onOutage, signal: stop });
  const earliestAt = findEarliest(options);
  let newestAt = Math.max(...known.map(createdAt), 0);
  let failure: Error | undefined;

  async function tell(execution: Api.Execution): Promise<void> {
    const { id } = execution;
    // Of an outage those tell that look for new ones.
    const silent = { signal: stop, onOutage: () => {} };
    for await (const event of tailLogs(client, id, { after: shown.get(id), ...silent })) {
      if (event.type === "log") options.onLine(event.line, execution);
    }
    if (options.onEnd === undefined) return;
    const ended = await askPatiently(() => client.executions.get(id, { signal: stop }), silent);
    options.onEnd(ended);
  }

  function take(execution: Api.Execution): void {
    if (execution.status === "pending") {
      waiting.set(execution.id, execution);
      return;
    }
    waiting.delete(execution.id);
    lane
      .run(() => tell(execution))
      .catch((error: unknown) => {
        // An execution may be removed while its logs are read.
        if (error instanceof SkerryClientError && error.code === "EXECUTION_NOT_FOUND") return;
        failure ??= error as Error;
        stopping.abort(error);
      });
  }

  async function lookForNew(): Promise<void> {
    const fromAt = Math.max(newestAt - LATE_MS, earliestAt);
    const from = fromAt > 0 ? { from: new Date(fromAt).toISOString() } : {};
    const query = { limit: PAGE_SIZE, ...from, ...script };
    const found: Api.Execution[] = [];
    let count = 0;
    for await (const execution of client.executions.list(query, { signal: stop })) {
      count += 1;
      if (!seen.has(execution.id)) found.push(execution);
      if (count === MAX_LOOKED_AT) {
        options.onOverflow();
        break;
      }
    }
    for (const execution of found.toReversed()) {
      seen.add(execution.id);
      newestAt = Math.max(newestAt, createdAt(execution));
      take(execution);
    }
    forget(seen);
  }

  async function lookAtWaiting(): Promise<void> {
    const due = [...waiting.values()].filter(isDue).slice(0, MAX_WAITING_LOOKED_AT);
    for (const { id } of due) {
      const execution = await client.executions.get(id, { signal: stop });
      // Those that wait on go to the end, so that each has its turn.
      waiting.delete(id);
      take(execution);
    }
  }

  /** Some run since before those that are known. */
  async function lookForRunning(): Promise<void> {
    const query = { status: "running", limit: PAGE_SIZE, ...script } as const;
    const { items } = await client.executions.list(query, { signal: stop });
    const others = items.filter(({ id }) => !seen.has(id));
    for (const { id } of others) seen.add(id);
    for (const execution of [...known, ...others]) if (execution.completedAt === null) take(execution);
  }

  try {
    await askPatiently(lookForRunning, { onOutage: options.onOutage, signal: stop });
    for (;;) {
      try {
        await lookForNew();
        await lookAtWaiting();
        patience.recover();
        await sleep(POLL_MS, undefined, { signal: stop });
      } catch (error) {
        await patience.endure(error);
      }
    }
  } catch (error) {
    stopping.abort(error);
    await lane.idle();
    throw failure ?? error;
  }
}

/** Before this everything is known. 0 for the beginning of time. */
function findEarliest({ since, known }: LogFollowerOptions): number {
  const oldest = known.length < KNOWN_EXECUTIONS ? undefined : known.at(-1);
  return Math.max(since?.getTime() ?? 0, oldest === undefined ? 0 : createdAt(oldest));
}

/** The clock of the server may be another one. */
function isDue({ startAfter }: Api.Execution): boolean {
  return startAfter === null || Date.parse(startAfter) < Date.now() + LATE_MS;
}

function createdAt(execution: Api.Execution): number {
  return Date.parse(execution.createdAt);
}

function forget(seen: Set<string>): void {
  let excess = seen.size - MAX_KNOWN;
  for (const id of seen) {
    if (excess <= 0) return;
    seen.delete(id);
    excess -= 1;
  }
}
