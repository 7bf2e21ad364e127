import { setTimeout as sleep } from "node:timers/promises";
import type { Receiver } from "../chaos/receiver.ts";
import { untilTicked } from "../chaos/schedules.ts";
import { connectStorage } from "../chaos/storage.ts";
import { pauseSchedules } from "../chaos/workload.ts";
import { runSkerry } from "../skerry-process.ts";
import type { Front } from "./client.ts";
import { calmHostile } from "./hostile.ts";
import type { Load } from "./load.ts";
import { replayLate } from "./neighbours.ts";
import type { Sample } from "./sample.ts";
import { findHeldAtRest, IDLE_LEAST_S } from "./verdict.ts";
import type { SoakEvidence } from "./verdict.ts";

/** How the work that was on its way came to its end. */
export interface Ending {
  /** Ticks of schedules up to here had to come, and up to there they could; in ms since the epoch. */
  readonly wantedUntil: number;
  readonly pausedBy: number;
  /** Work that is left when the time for it is over, by its name. */
  readonly left: Readonly<Record<string, number>>;
}

export interface EndingOptions {
  readonly front: Front;
  readonly load: Load;
  readonly receiver: Receiver;
  readonly databaseUrl: string;
}

const DRAIN_MOST_MS = 300_000;
const DRAIN_STEP_MS = 500;

/** Stops what goes on by itself, and waits until nothing is left to do. */
export async function endLoad({ front, load, receiver, databaseUrl }: EndingOptions): Promise<Ending> {
  const { neighbours, hostile } = load.keys;
  const wantedUntil = Date.now();
  await untilTicked(receiver, wantedUntil, DRAIN_MOST_MS);
  await pauseSchedules(front.urls[0] ?? "", neighbours);
  const pausedBy = Date.now();
  for (const key of Object.values(hostile)) await calmHostile(front.callAs(key));
  await using storage = await connectStorage(databaseUrl);
  const deadline = Date.now() + DRAIN_MOST_MS;
  let left: Readonly<Record<string, number>>;
  do {
    // Each replay of the last ones is work again.
    for (const key of Object.values(neighbours)) await replayLate(front.callAs(key));
    const rest = await storage.drain(DRAIN_STEP_MS);
    const deadLetters = await countDeadLetters(front, neighbours);
    left = { ...rest, "dead letters of tenants in good order": deadLetters };
  } while (Object.values(left).some((count) => count > 0) && Date.now() < deadline);
  return { wantedUntil, pausedBy, left };
}

async function countDeadLetters(front: Front, keys: Readonly<Record<string, string>>): Promise<number> {
  const pages = await Promise.all(
    Object.values(keys).map((key) =>
      front.callAs(key).read<{ items: readonly unknown[] }>(200, { path: "/api/v1/dead-letters" }),
    ),
  );
  return pages.reduce((sum, { items }) => sum + items.length, 0);
}

/** Runners, processes of expressions and connections are given up when nobody has used them for a minute. */
const IDLE_MOST_MS = 150_000;
/** In short runs nothing of that is waited for. */
const CALM_MOST_MS = 15_000;
const REST_POLL_MS = 1_000;

/** Until nodes hold no more than they may, or the time for that is over. @returns what they hold then. */
export async function untilAtRest(
  look: () => Promise<Sample>,
  { spares, before }: Omit<SoakEvidence["rest"], "after">,
  seconds: number,
): Promise<Sample> {
  const deadline = Date.now() + (seconds < IDLE_LEAST_S ? CALM_MOST_MS : IDLE_MOST_MS);
  for (;;) {
    const after = await look();
    const held = findHeldAtRest({ rest: { spares, before, after }, seconds });
    if (held.length === 0 || Date.now() > deadline) return after;
    await sleep(REST_POLL_MS);
  }
}

/** By `skerry audit verify`, as an operator would. @returns each chain that does not hold, in words. */
export async function verifyAudit(databaseUrl: string): Promise<readonly string[]> {
  const { stdout, stderr, exitCode } = await runSkerry(["audit", "verify", "--json"], {
    env: { DATABASE_URL: databaseUrl },
  });
  if (stdout === "") return [`the audit log could not be verified (${exitCode}): ${stderr}`];
  const { chains } = JSON.parse(stdout) as {
    readonly chains: readonly {
      readonly chain: string;
      readonly records: number;
      readonly broken: unknown;
    }[];
  };
  const broken = chains.filter((chain) => chain.broken !== null);
  if (chains.length === 0) return ["the audit log has no chain"];
  return broken.map(({ chain, broken: flaw }) => `${chain}: ${JSON.stringify(flaw)}`);
}
