import { ask } from "./rest.ts";
import type { RestAddress } from "./rest.ts";

/** Two of them, so that no tenant gets what is another one's. */
export const TENANTS = ["acme", "globex"] as const;

/** Types of events that publishers choose from, and who has to get them. */
export const EVENT_TYPES = ["order.created", "order.paid", "stock.low"] as const;

/** Scripts that handle events, by their names, and the types they subscribe to. */
export const SUBSCRIBERS: Readonly<Record<string, readonly string[]>> = {
  "every-event": EVENT_TYPES,
  "orders-at-second-try": ["order.created", "order.paid"],
  "stock-one-by-one": ["stock.low"],
};

/** Scripts that tick every second and miss nothing. */
export const SCHEDULES = ["ticks-together", "ticks-in-turn"] as const;

/** A script that publishers run by hand, and one that answers requests. */
export const ONE_OFF = "by-hand";
export const ENDPOINT = "served";

/** What publishers put into payloads, beside the token: how long a run takes before and after its effect. */
export interface Pace {
  readonly beforeMs: number;
  readonly afterMs: number;
}

const PATTERNS: Readonly<Record<string, readonly string[]>> = {
  // Not "**", which would also bring what the platform itself publishes: "script.failed".
  "every-event": ["order.**", "stock.*"],
  "orders-at-second-try": ["order.*"],
  "stock-one-by-one": ["stock.low"],
};

/** More attempts than there are faults in the way of one event. */
const RETRY = { attempts: 18, backoffMs: 100, maxBackoffMs: 2_000 };
const EVERY_SECOND = "* * * * * *";

/** How scripts work. */
export interface Manner {
  /** Guest code that tells the receiver of `run`. */
  readonly report: string;
  /** Before and after that, where the payload does not say how long. */
  readonly pauseMs: number;
}

/** By a service of the host, who asks the receiver. */
const BY_SERVICE: Manner = { report: "await ctx.services.journal.report(run);", pauseMs: 150 };

/**
 * The effect is that the receiver, which is no part of the platform, is told. It lies in the middle of the run, so that a
 * fault may come before and after it.
 */
function createSource({ report, pauseMs }: Manner, isFailingFirst: boolean): string {
  const refusal = `if (ctx.execution.attempt === 1) throw new Error("the first attempt fails on purpose");`;
  return `
    const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    export default async (input, ctx) => {
      await pause(input?.beforeMs ?? ${pauseMs});
      ${isFailingFirst ? refusal : ""}
      const run = {
        attempt: ctx.execution.attempt,
        token: input?.token ?? null,
        eventId: ctx.trigger.event?.id ?? null,
        scheduledAt: ctx.trigger.scheduledAt ?? null,
      };
      ${report}
      await pause(input?.afterMs ?? ${pauseMs});
    };`;
}

function describeScripts(manner: Manner): readonly object[] {
  const source = createSource(manner, false);
  const failing = createSource(manner, true);
  const subscribers = Object.entries(PATTERNS).map(([name, events]) => ({
    name,
    type: "event",
    source: name === "orders-at-second-try" ? failing : source,
    settings: {
      events,
      retry: RETRY,
      ...(name === "stock-one-by-one" ? { concurrency: { limit: 1, key: "payload.group" } } : {}),
    },
  }));
  const schedules = SCHEDULES.map((name) => ({
    name,
    type: "scheduled",
    source,
    settings: {
      cron: EVERY_SECOND,
      misfire: "all",
      overlap: name === "ticks-in-turn" ? "queue" : "allow",
      retry: RETRY,
    },
  }));
  return [
    ...subscribers,
    ...schedules,
    { name: ONE_OFF, type: "oneoff", source },
    { name: ENDPOINT, type: "http", source: `export default () => "served";` },
  ];
}

/** When the schedules of all tenants were made: a tick is to be run from `madeBy` on, and may be from `askedAt` on. */
export interface Beginning {
  readonly askedAt: number;
  readonly madeBy: number;
}

/** Makes tenants with their scripts. @returns their keys. */
export async function prepareWorkload(
  operator: RestAddress,
  manner: Manner = BY_SERVICE,
): Promise<{ readonly keys: Readonly<Record<string, string>>; readonly schedules: Beginning }> {
  const keys: Record<string, string> = {};
  const askedAt = Date.now();
  for (const id of TENANTS) {
    const { apiKey } = await ask<{ readonly apiKey: string }>(operator, "POST", "/api/v1/tenants", {
      id,
      name: id,
    });
    keys[id] = apiKey;
    const tenant = { url: operator.url, key: apiKey };
    for (const script of describeScripts(manner)) await ask(tenant, "POST", "/api/v1/scripts", script);
  }
  return { keys, schedules: { askedAt, madeBy: Date.now() } };
}

/** No tick of the schedules is made any more when this resolves. */
export async function pauseSchedules(url: string, keys: Readonly<Record<string, string>>): Promise<void> {
  for (const key of Object.values(keys)) {
    for (const name of SCHEDULES) {
      await ask({ url, key }, "PATCH", `/api/v1/scripts/${name}`, { status: "paused" });
    }
  }
}
