import { expect } from "vitest";
import type { WallName } from "@skerry/sandbox/testing";
import type { RealmOutcome } from "./realm.ts";

/** How an attack from the runner's Node realm has to end. */
export interface JailOutcome {
  /** The wall outside of Node that it takes; without one, Node's permission model is enough. */
  readonly wall?: WallName;
  readonly check: (outcome: RealmOutcome) => void;
}

const isDenied: JailOutcome = {
  check: (outcome) => expect(outcome).toMatchObject({ error: { code: "ERR_ACCESS_DENIED" } }),
};
/** Node's permission model answers it; in a root folder of its own there is nothing to ask about. */
const seesNoFile: JailOutcome = {
  wall: "filesystem",
  check: (outcome) => expect(outcome).toMatchObject({ error: { code: "ENOENT" } }),
};
const seesNoDevice: JailOutcome = {
  wall: "namespaces",
  check: (outcome) => expect(outcome).toEqual({ value: {} }),
};
const seesOnlyTimeZone: JailOutcome = { check: (outcome) => expect(outcome).toEqual({ value: ["TZ"] }) };

/** The attacks that need nothing but the realm. Those on the supervisor are in `jail-attacks.test.ts` itself. */
export const REALM_OUTCOMES: ReadonlyMap<string, JailOutcome> = new Map([
  ["jail.child-process.01", isDenied],
  ["jail.child-process.03", isDenied],
  ["jail.child-process.07", isDenied],
  ["jail.child-process.10", isDenied],
  ["jail.child-process.13", isDenied],
  ["jail.child-process.14", isDenied],
  ["jail.child-process.18", isDenied],
  ["jail.child-process.20", seesNoFile],
  ["jail.child-process.23", seesNoDevice],
  ["jail.child-process.24", seesOnlyTimeZone],
]);
