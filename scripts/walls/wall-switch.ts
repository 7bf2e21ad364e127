import type { WallName as JailWallName } from "@skerry/sandbox";

export type { WallName as JailWallName } from "@skerry/sandbox";

/** The walls of `SECURITY.md`, and the edges that stand before them. */
export const WALL_NAMES = [
  "isolate",
  "bridges",
  "tenants",
  "jail",
  "supervisor",
  "capabilities",
  "egress",
  "database",
  "rest",
  "compile",
] as const;
export type WallName = (typeof WALL_NAMES)[number];

/**
 * One way to switch a wall off: a change of the sources after which the named tests must fail. The product itself has
 * no such switches.
 */
export interface WallSwitch {
  readonly wall: WallName;
  /** What the wall does and the switch ends, in words. */
  readonly what: string;
  /** From the root of the repository, with `/`. */
  readonly file: string;
  /** Text that is in the file exactly once. */
  readonly find: string;
  readonly replace: string;
  /** The test file, and a regular expression over the full names of its tests. */
  readonly tests: readonly [file: string, names: string];
  /** Walls of the jail that the machine must have for this to show; see `probeJail`. */
  readonly needs?: readonly JailWallName[];
}
