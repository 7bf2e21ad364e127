import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { SkerryError } from "../../problems/errors.ts";
import type { Arena } from "../arena.ts";
import type { Attack } from "../catalogue.ts";
import { snapshotHost } from "../host-state.ts";
import { assertHostUnchanged, assertNoHostTraces, assertNone } from "../invariants.ts";
import type { Observation } from "../outcome.ts";
import { compileAttack } from "../program.ts";
import { watchConnects } from "./connects.ts";
import type { StagedInternet } from "./internet.ts";
import { type EgressOutcome, fetchOutcomeOf, rawOutcomeOf } from "./outcomes.ts";
import type { RawGuest } from "./raw-guest.ts";

const CLOSE_WITHIN_MS = 2_000;
const LOOK_EVERY_MS = 5;

/** Everything that an attack on the egress guard needs. */
export interface EgressArena {
  readonly internet: StagedInternet;
  readonly arena: Arena;
  readonly rawGuest: RawGuest;
}

/**
 * Runs an attack twice: with `fetch` as a script has it, and as a guest that calls the capability itself, past all
 * that the runtime checks.
 *
 * @throws AssertionError saying what happened when it is not contained.
 */
export async function runEgressAttack(
  attack: Attack,
  { internet, arena, rawGuest }: EgressArena,
): Promise<void> {
  const placed = { ...attack, code: internet.placeServers(attack.code) };
  const program = await compileAttack(placed);
  if (program instanceof SkerryError) throw program;
  const strikes: ReadonlyArray<readonly [() => Promise<Observation>, EgressOutcome]> = [
    [() => arena.strike(placed, program), fetchOutcomeOf(attack.id)],
    [() => rawGuest.strike(placed), rawOutcomeOf(attack.id)],
  ];
  for (const [strike, check] of strikes) {
    const { result } = await watchStrike(strike, internet, check);
    const learned = internet.resolved.filter(
      (address) => JSON.stringify(result).includes(address) && !attack.code.includes(address),
    );
    assertNone(learned, "the guest was told what a name resolves to");
  }
}

async function watchStrike(
  strike: () => Promise<Observation>,
  internet: StagedInternet,
  check: EgressOutcome,
): Promise<Observation> {
  const host = snapshotHost();
  internet.forget();
  using connects = watchConnects();
  const observation = await strike();
  check({ ...observation, connects: connects.count(), seen: internet.seen });
  assertNoHostTraces(observation.result);
  assertHostUnchanged(host);
  await assertFloodsEnd(internet);
  return observation;
}

/** A connection whose answer was cut off is closed, a few turns later. */
async function assertFloodsEnd({ floodedConnections }: StagedInternet): Promise<void> {
  const deadline = performance.now() + CLOSE_WITHIN_MS;
  while (floodedConnections() > 0 && performance.now() < deadline) await delay(LOOK_EVERY_MS);
  assert.ok(floodedConnections() === 0, "the connection to a server that never ends its answer stays open");
}
