import { type Attack, groupOf } from "./catalogue.ts";

/** The walls of SECURITY.md that an attack can be aimed at, from the inside out. */
export const ATTACKED_WALLS = [
  "isolate",
  "process",
  "jail",
  "supervisor",
  "capabilities",
  "egress",
  "database",
] as const;

export type AttackedWall = (typeof ATTACKED_WALLS)[number];

/** By id, class or group: the first that is listed decides. */
const WALLS: ReadonlyMap<string, AttackedWall> = new Map<string, AttackedWall>([
  ["escape", "isolate"],
  ["bridge", "isolate"],
  ["code", "isolate"],
  ["leak", "isolate"],
  ["expr", "isolate"],
  ["inject", "isolate"],
  ["isolation/cross-run", "process"],
  ["isolation/tenant-keys", "capabilities"],
  ["limit", "supervisor"],
  ["limit/host-call-flood", "capabilities"],
  ["data", "capabilities"],
  ["http", "capabilities"],
  ["ssrf", "egress"],
  ["sql", "database"],
  ["jail", "jail"],
  ["jail.child-process.29", "supervisor"],
  ["jail.child-process.33", "supervisor"],
  ["jail.child-process.35", "supervisor"],
  ["jail.child-process.36", "supervisor"],
]);

/**
 * The wall that an attack is aimed at.
 *
 * @throws RangeError when its class has none.
 */
export function wallOf(attack: Attack): AttackedWall {
  const wall = WALLS.get(attack.id) ?? WALLS.get(attack.class) ?? WALLS.get(groupOf(attack.class));
  if (wall === undefined) throw new RangeError(`no wall is named for the attacks ${attack.class}`);
  return wall;
}
