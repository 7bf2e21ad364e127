import { setTimeout as sleep } from "node:timers/promises";
import { ask } from "../chaos/rest.ts";
import type { RestAddress } from "../chaos/rest.ts";
import { followLogs } from "./log-listener.ts";
import {
  EMBEDDED,
  ENDPOINT,
  EVENT_TYPE,
  ONE_OFF,
  SLOW_ENDPOINT,
  TALKER,
  TALKER_LINES,
  TENANT,
} from "./workload.ts";

/** What clients saw of a platform that was busy all the time. */
export interface LoadRecord {
  /** Good answers, by what was asked for. */
  readonly answers: ReadonlyMap<string, number>;
  /** Everything else, as texts. */
  readonly failures: readonly string[];
  /** Of events that were acknowledged. */
  readonly eventIds: readonly string[];
  /** How often listeners to logs had to come again. */
  readonly reconnections: number;
}

export interface Load {
  /** Ends what is under way in order. */
  end(): Promise<LoadRecord>;
}

/** How many clients do the same, and how long each waits between two requests. */
const CLIENTS = { fast: 3, slow: 4, other: 2 } as const;
const THINK_MS = 15;
const ANSWER_MS = 30_000;

/** Asks for something of every kind, again and again, at one address, and repeats nothing. */
export function startLoad(tenant: RestAddress): Load {
  const over = new AbortController();
  const answers = new Map<string, number>();
  const failures: string[] = [];
  const eventIds: string[] = [];
  let reconnections = 0;

  async function repeat(what: string, act: (count: number) => Promise<void>): Promise<void> {
    for (let count = 0; !over.signal.aborted; count++) {
      try {
        await act(count);
        answers.set(what, (answers.get(what) ?? 0) + 1);
      } catch (error) {
        failures.push(`${what}: ${String(error)}`);
      }
      await sleep(THINK_MS);
    }
  }

  async function callEndpoint(name: string): Promise<void> {
    const response = await fetch(`${tenant.url}/run/${TENANT}/${name}`, {
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    expectSame(await response.text(), name);
  }

  async function callScript(amount: number): Promise<void> {
    const path = `/api/v1/scripts/${EMBEDDED}/call`;
    const { output } = await ask<{ readonly output: unknown }>(tenant, "POST", path, { input: { amount } });
    expectSame(output, amount * 2);
  }

  async function runByHand(amount: number): Promise<void> {
    const path = `/api/v1/scripts/${ONE_OFF}/execute`;
    const ended = await ask<{ readonly output: unknown }>(tenant, "POST", path, { input: { amount } });
    expectSame(ended.output, amount + 1);
  }

  async function publish(count: number): Promise<void> {
    const { ids } = await ask<{ readonly ids: readonly string[] }>(tenant, "POST", "/api/v1/events", {
      type: EVENT_TYPE,
      payload: { count },
    });
    eventIds.push(...ids);
  }

  async function listen(): Promise<void> {
    const path = `/api/v1/scripts/${TALKER}/execute`;
    const { id } = await ask<{ readonly id: string }>(tenant, "POST", path, { wait: false });
    const heard = await followLogs(tenant, id);
    reconnections += heard.connections - 1;
    const wanted = Array.from({ length: TALKER_LINES }, (_, line) => `line ${line}`);
    expectSame(JSON.stringify(heard.messages), JSON.stringify(wanted));
    expectSame(heard.status, "completed");
  }

  const working = [
    ...several(CLIENTS.fast, () => repeat("http", () => callEndpoint(ENDPOINT))),
    ...several(CLIENTS.slow, () => repeat("http, slow", () => callEndpoint(SLOW_ENDPOINT))),
    ...several(CLIENTS.other, () => repeat("embedded", callScript)),
    ...several(CLIENTS.other, () => repeat("by hand", runByHand)),
    ...several(CLIENTS.other, () => repeat("events", publish)),
    ...several(CLIENTS.other, () => repeat("log streams", listen)),
  ];
  return {
    async end() {
      over.abort();
      await Promise.all(working);
      return { answers, failures, eventIds, reconnections };
    },
  };
}

function several<Item>(count: number, make: () => Item): Item[] {
  return Array.from({ length: count }, make);
}

function expectSame(found: unknown, wanted: unknown): void {
  if (found !== wanted) throw new Error(`${String(found)} instead of ${String(wanted)}`);
}
