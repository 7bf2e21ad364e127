import type { Wall } from "@skerry/sandbox";
import type { TestContext } from "vitest";
import { type Jail, type WallName, probeJail } from "@skerry/sandbox/testing";

/** Every wall that this machine has, probed once. */
export const FULL_JAIL = probeJail("full");

/** The full jail less some walls: what remains has to hold, or has to be seen to break. */
export function createJailWithout(...without: readonly WallName[]): Jail {
  return probeJail("full", { without });
}

/** Whether this machine has a wall. */
export function hasWall(name: WallName): boolean {
  return findWall(name).active;
}

/** Skips a test that shows what a wall holds where the machine has no such wall, and says so in the output. */
export function requiresWall({ task, skip }: TestContext, name: WallName): void {
  const { active, detail } = findWall(name);
  if (active) return;
  const note = `NOT SHOWN: "${task.name}" needs the wall "${name}": ${detail}`;
  process.stderr.write(`${note}\n`);
  skip(note);
}

function findWall(name: WallName): Wall {
  const wall = FULL_JAIL.report.walls.find((each) => each.name === name);
  if (!wall) throw new RangeError(`There is no wall "${name}".`);
  return wall;
}
