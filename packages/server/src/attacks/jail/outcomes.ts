import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import type { IsolationPolicy, JsonValue, SandboxErrorCode } from "@skerry/sandbox";
import type { Jail, WallName } from "@skerry/sandbox/jail";
import { assertNoHostTraces } from "../invariants.ts";
import { GRACE_MS } from "../limits.ts";
import { describeEnd, show } from "../outcome.ts";
import { type RealmEnd, runInRealm } from "./realm.ts";
import { SUPERVISED_WALL_MS, runBesideRunner } from "./supervised.ts";
import { runBesideOtherRunner } from "./two-runners.ts";

/** The jail in which attacks run, and what it was made of. */
export interface AttackedJail {
  readonly jail: Jail;
  readonly isolation: IsolationPolicy;
}

/** How an attack from the runner's Node realm is run, and how it has to end. */
export interface JailOutcome {
  /** The walls around the process of which one is enough to contain it; none where the supervisor does. */
  readonly needs: readonly WallName[];
  /** @throws AssertionError saying what happened when it is not contained. */
  readonly run: (code: string, attacked: AttackedJail) => Promise<void>;
}

/** The realm is denied it with this code. */
function denies(code: string, wall: WallName): JailOutcome {
  return inRealm([wall], (end) =>
    assert.ok("error" in end && end.error.code === code, `${describeRealmEnd(end)}, not ${code}`),
  );
}

/** The realm gets this and no more. */
function gives(expected: JsonValue, ...needs: readonly WallName[]): JailOutcome {
  return inRealm(needs, (end) =>
    assert.ok(isDeepStrictEqual(end, { value: expected }), `${describeRealmEnd(end)}, not ${show(expected)}`),
  );
}

function inRealm(needs: readonly WallName[], check: (end: RealmEnd) => void): JailOutcome {
  return {
    needs,
    run: async (code, { jail }) => {
      const end = await runInRealm(jail, code);
      check(end);
      assertNoHostTraces(end);
    },
  };
}

function describeRealmEnd(end: RealmEnd): string {
  if ("value" in end) return `got ${show(end.value)}`;
  if ("error" in end) return `was denied with ${end.error.code} (${show(end.error.message)})`;
  return `died (exit code ${end.died.exitCode}, signal ${end.died.signal})`;
}

/** The supervisor ends the runner for a reason, on time, and the execution with a code. */
function endsWith(status: "failed" | "timeout", code: SandboxErrorCode, reason: string): JailOutcome {
  return {
    needs: [],
    run: async (body, { jail }) => {
      const { result, endReason } = await runBesideRunner(jail, body);
      assert.ok(result.status === status && result.error.code === code, describeEnd(result));
      assert.ok(!JSON.stringify(result).includes("forged"), "the forged result was believed");
      assert.ok(endReason === reason, `the runner was ended as "${endReason}", not as "${reason}"`);
      const { durationMs } = result.usage;
      assert.ok(durationMs < SUPERVISED_WALL_MS + GRACE_MS, `it ran for ${durationMs} ms`);
    },
  };
}

/** No signal reaches the supervisor or another runner: another user than theirs is enough, or no sight of them. */
const reachesNobody: JailOutcome = {
  needs: ["user", "namespaces"],
  run: async (code, { isolation }) => {
    const survivors = await runBesideOtherRunner(isolation, code);
    assert.ok(survivors.supervisor, "the supervisor was killed");
    assert.ok(survivors.otherRunner, "another tenant's runner was killed");
  },
};

/** How each attack from the runner's Node realm has to end, by id. */
export const JAIL_OUTCOMES: ReadonlyMap<string, JailOutcome> = new Map([
  ["jail.child-process.01", denies("ERR_ACCESS_DENIED", "permissions")],
  ["jail.child-process.03", denies("ERR_ACCESS_DENIED", "permissions")],
  ["jail.child-process.07", denies("ERR_ACCESS_DENIED", "permissions")],
  ["jail.child-process.10", denies("ERR_ACCESS_DENIED", "permissions")],
  ["jail.child-process.13", denies("ERR_ACCESS_DENIED", "permissions")],
  ["jail.child-process.14", denies("ERR_ACCESS_DENIED", "permissions")],
  ["jail.child-process.16", reachesNobody],
  ["jail.child-process.18", denies("ERR_ACCESS_DENIED", "permissions")],
  // Node's permission model answers it; in a root folder of its own there is nothing to ask about.
  ["jail.child-process.20", denies("ENOENT", "filesystem")],
  ["jail.child-process.23", gives({}, "namespaces")],
  ["jail.child-process.24", gives(["TZ"])],
  ["jail.child-process.29", endsWith("failed", "RUNNER_LOST", "crashed")],
  ["jail.child-process.33", endsWith("failed", "RUNNER_LOST", "crashed")],
  ["jail.child-process.35", endsWith("timeout", "WALL_LIMIT", "deadline")],
  ["jail.child-process.36", endsWith("timeout", "WALL_LIMIT", "deadline")],
]);

/**
 * How an attack from the runner's Node realm has to end.
 *
 * @throws RangeError when nobody has said so.
 */
export function jailOutcomeOf(id: string): JailOutcome {
  const outcome = JAIL_OUTCOMES.get(id);
  if (outcome === undefined) throw new RangeError(`no outcome is written down for ${id}`);
  return outcome;
}
