import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import type { Program } from "@skerry/sandbox";
import { SkerryError } from "../problems/errors.ts";
import { type Arena, BYSTANDER } from "./arena.ts";
import { type Attack, attackerOf } from "./catalogue.ts";
import { assertHostUnchanged, assertNoHostTraces, assertNone, assertRealm } from "./invariants.ts";
import { snapshotHost } from "./host-state.ts";
import { ATTACK_LIMITS, GRACE_MS, LOG_SLACK_BYTES, limitsOf } from "./limits.ts";
import { type Observation, describeEnd } from "./outcome.ts";
import { outcomeOf } from "./outcomes.ts";
import { compileAttack } from "./program.ts";

const MEBIBYTE = 1024 * 1024;
/**
 * The supervisor's cap for one execution (160 MiB, and one and a half times its memory limit), and what a process
 * can grow by between two looks and until it is dead.
 */
const PEAK_BYTES = (160 + 1.5 * ATTACK_LIMITS.memoryMb + 192) * MEBIBYTE;
const READ_CACHE = `return [await ctx.cache.get("k"), await ctx.cache.get("K")]`;

/**
 * Runs an attack as a script of one tenant, beside another tenant.
 *
 * @throws AssertionError saying what happened when it is not contained.
 */
export async function runScriptAttack(attack: Attack, arena: Arena): Promise<void> {
  const host = snapshotHost();
  const program = await compileAttack(attack);
  const [seen, during] = await settleBoth(strikeTwice(attack, program, arena), arena.probe(BYSTANDER));

  outcomeOf(attack)(seen);
  assertOnTime(attack, seen);
  assertWithinLimits(attack, seen);
  assertNoHostTraces([seen.result, seen.refusal?.message, seen.logs]);

  assertHostUnchanged(host);
  assertNone(arena.hostFailures, "a capability failed inside the host");
  assertNone(arena.listSharedRunners(), "a runner has served more than one tenant");
  assertRealm(during, arena.cleanRealm, "another tenant's realm during the attack");
  assertRealm(await probeAfter(attack, program, arena), arena.cleanRealm, "the attacker's next realm");
  assertRealm(await arena.probe(BYSTANDER), arena.cleanRealm, "another tenant's realm after the attack");
  await assertCacheOfBystander(arena);
  const peakMib = Math.round(arena.peakBytes() / MEBIBYTE);
  assert.ok(arena.peakBytes() < PEAK_BYTES, `a process had ${peakMib} MiB of resident memory`);
}

/** Twice, because what one run leaves behind shows in the next. Attacks that fail are not given a second time. */
async function strikeTwice(
  attack: Attack,
  program: Program | SkerryError,
  arena: Arena,
): Promise<Observation> {
  if (program instanceof SkerryError) return { result: undefined, refusal: program, logs: [], calls: [] };
  const first = await arena.strike(attack, program);
  if (first.result?.status !== "completed") return first;
  const second = await arena.strike(attack, program);
  // One that fails the second time is judged as any other: some attacks may end either way, at the edge of a limit.
  if (second.result?.status !== "completed") return second;
  const isSame = isDeepStrictEqual(second.result.output, first.result.output);
  assert.ok(
    isSame,
    `the first run ${describeEnd(first.result)}, the second one ${describeEnd(second.result)}`,
  );
  return second;
}

/** Waits for both also when one rejects, so that no attack runs on beside the next one. */
async function settleBoth<First, Second>(
  first: Promise<First>,
  second: Promise<Second>,
): Promise<[First, Second]> {
  await Promise.allSettled([first, second]);
  return [await first, await second];
}

/** In a new context of the isolate that the attack had, where it still is. */
function probeAfter(attack: Attack, program: Program | SkerryError, arena: Arena) {
  return arena.probe(attackerOf(attack), program instanceof SkerryError ? undefined : program);
}

function assertOnTime(attack: Attack, { result }: Observation): void {
  const { durationMs = 0, cpuMs = 0 } = result?.usage ?? {};
  const limits = limitsOf(attack);
  assertAtMost("ms", durationMs, limits.wallMs + GRACE_MS);
  assertAtMost("ms of CPU time", cpuMs, limits.cpuMs + GRACE_MS);
}

function assertWithinLimits(attack: Attack, { result, calls }: Observation): void {
  const { capabilityCalls, outputBytes, logBytes } = limitsOf(attack);
  const usage = result?.usage;
  assertAtMost("capability calls", usage?.capabilityCalls ?? 0, capabilityCalls);
  assertAtMost("bytes of output", usage?.outputBytes ?? 0, outputBytes);
  assertAtMost("bytes of log", usage?.logBytes ?? 0, logBytes + LOG_SLACK_BYTES);
  const foreign = calls.filter(({ tenant }) => tenant !== attackerOf(attack));
  assertNone(
    foreign.map(({ tenant }) => tenant),
    "a call came in the name of another tenant",
  );
}

function assertAtMost(what: string, used: number, most: number): void {
  assert.ok(used <= most, `it used ${used} ${what}, at most ${most} are allowed`);
}

async function assertCacheOfBystander(arena: Arena): Promise<void> {
  const result = await arena.run(BYSTANDER, READ_CACHE);
  const isKept = result.status === "completed" && result.output.json === '["theirs",null]';
  assert.ok(isKept, `a look at another tenant's cache ${describeEnd(result)}`);
}
