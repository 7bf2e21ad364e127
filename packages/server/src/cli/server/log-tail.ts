import { setTimeout as sleep } from "node:timers/promises";
import { SkerryClientError } from "@skerry/client";
import type { Client, LogEvent } from "@skerry/client";

/** How to go on when the server does not answer for a while. */
export interface PatienceOptions {
  /** Told of the first failure of each outage. */
  readonly onOutage: (error: SkerryClientError) => void;
  /** How long an outage may last before its error is thrown. Default: for ever. */
  readonly patienceMs?: number;
  readonly signal: AbortSignal;
}

/** Begins after the line with this `seq`. Default: with the first line. */
export interface TailOptions extends PatienceOptions {
  readonly after?: number | undefined;
}

const RETRY_MS = 1_000;

/**
 * Follows what an execution logs until it has ended, each line once and in order, also while the server is restarted.
 *
 * @throws SkerryClientError for what does not pass by itself, or the reason of the signal.
 */
export async function* tailLogs(
  client: Client,
  execution: string,
  { after, ...options }: TailOptions,
): AsyncGenerator<LogEvent, void> {
  const patience = createPatience(options);
  let last = after;
  for (;;) {
    try {
      const follow = { signal: options.signal, ...(last === undefined ? {} : { after: last }) };
      for await (const event of client.executions.follow(execution, follow)) {
        patience.recover();
        if (event.type === "log") last = event.line.seq;
        yield event;
      }
      return;
    } catch (error) {
      await patience.endure(error);
    }
  }
}

/** Asks until there is an answer. @throws as {@link tailLogs} does. */
export async function askPatiently<Answer>(
  ask: () => Promise<Answer>,
  options: PatienceOptions,
): Promise<Answer> {
  const patience = createPatience(options);
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      await patience.endure(error);
    }
  }
}

/** What is done about failed requests, one after another. */
export interface Patience {
  /** Waits before the next try. @throws the error when it does not pass by itself, or did not for too long. */
  endure(error: unknown): Promise<void>;
  /** The server has answered. */
  recover(): void;
}

export function createPatience({ onOutage, patienceMs = Infinity, signal }: PatienceOptions): Patience {
  let outageSince: number | undefined;
  return {
    async endure(error) {
      signal.throwIfAborted();
      if (!(error instanceof SkerryClientError) || !isPassing(error)) throw error;
      if (outageSince === undefined) onOutage(error);
      outageSince ??= performance.now();
      if (performance.now() - outageSince > patienceMs) throw error;
      await sleep(RETRY_MS, undefined, { signal });
    },
    recover() {
      outageSince = undefined;
    },
  };
}

const PASSING_STATUSES: ReadonlySet<number | undefined> = new Set([undefined, 429, 502, 503, 504]);

/** A restarting server does not answer; a proxy in front of it says so. */
function isPassing({ status }: SkerryClientError): boolean {
  return PASSING_STATUSES.has(status);
}
