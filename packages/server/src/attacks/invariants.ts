import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { type HostState, findHostTraces, listHostChanges, snapshotHost } from "./host-state.ts";
import type { RealmView } from "./probe.ts";

/** @throws AssertionError with the complaint and what is in the list, when something is. */
export function assertNone(found: readonly unknown[], complaint: string): void {
  assert.ok(found.length === 0, `${complaint}: ${found.map(String).join(", ")}`);
}

/** @throws AssertionError when this process is not as it was. */
export function assertHostUnchanged(before: HostState): void {
  assertNone(listHostChanges(before, snapshotHost()), "this process was changed");
}

/** @throws AssertionError when something of this machine is in what came out. */
export function assertNoHostTraces(whatCameOut: unknown): void {
  assertNone(findHostTraces(JSON.stringify(whatCameOut)), "what came out tells of this machine");
}

/** @throws AssertionError when a realm differs from one to which nothing has happened. */
export function assertRealm(view: RealmView, clean: RealmView, whose: string): void {
  const added = view.globals.filter((name) => !clean.globals.includes(name));
  const gone = clean.globals.filter((name) => !view.globals.includes(name));
  const names = [...added.map((name) => `+${name}`), ...gone.map((name) => `-${name}`)].join(", ");
  assert.ok(isDeepStrictEqual(view, clean), `${whose} is changed: ${names || "built-ins differ"}`);
}
