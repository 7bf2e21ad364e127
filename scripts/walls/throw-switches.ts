import { type SwitchOutcome, findBaselineFault, judge } from "./outcome.ts";
import { type TestRun, runBaseline, runUntilFailure } from "./test-run.ts";
import type { JailWallName, WallSwitch } from "./wall-switch.ts";
import { StaleSwitchError, WorkingCopy } from "./working-copy.ts";

/** More at a time would make tests that look at the clock fail by themselves. */
const PARALLEL = 2;

/**
 * Throws each switch in a copy of the repository in `root` and runs its tests, after one run of all named tests with
 * every wall standing.
 *
 * @param missing Walls of the jail that this machine does not have.
 * @param onOutcome Told of each outcome as it is known.
 * @returns The outcomes in the order of the switches.
 */
export async function throwSwitches(
  root: string,
  switches: readonly WallSwitch[],
  missing: ReadonlySet<JailWallName>,
  onOutcome: (outcome: SwitchOutcome) => void,
): Promise<SwitchOutcome[]> {
  await using copies = new AsyncDisposableStack();
  const possible = switches.filter((each) => !isMissing(each, missing));
  const standing = copies.use(await WorkingCopy.create(root));
  const baseline = await measureBaseline(standing, possible);

  const outcomes = new Map<WallSwitch, SwitchOutcome>();
  const queue = switches.values();
  const work = async (copy: WorkingCopy): Promise<void> => {
    for (const each of queue) {
      const startedAt = performance.now();
      const found = isMissing(each, missing)
        ? ({ verdict: "not here", detail: `needs ${each.needs?.join(", ")}` } as const)
        : await throwSwitch(copy, each, baseline);
      const outcome = {
        wall: each.wall,
        what: each.what,
        ...found,
        durationMs: performance.now() - startedAt,
      };
      outcomes.set(each, outcome);
      onOutcome(outcome);
    }
  };
  // Of the copy: whoever works on the repository meanwhile does not change what is being shown.
  const copy = async (): Promise<void> => work(copies.use(await WorkingCopy.create(standing.root)));
  await Promise.all(Array.from({ length: PARALLEL }, copy));
  return switches.flatMap((each) => outcomes.get(each) ?? []);
}

async function measureBaseline(copy: WorkingCopy, switches: readonly WallSwitch[]): Promise<TestRun> {
  // Without names Vitest would run all tests that there are.
  if (switches.length === 0) return { tests: [], trouble: [] };
  const files = new Set(switches.map(({ tests: [file] }) => file));
  const names = new Set(switches.map(({ tests: [, pattern] }) => pattern));
  return runBaseline(copy.root, [...files], [...names]);
}

async function throwSwitch(
  copy: WorkingCopy,
  each: WallSwitch,
  baseline: TestRun,
): Promise<Pick<SwitchOutcome, "verdict" | "detail">> {
  const fault = findBaselineFault(each, baseline);
  if (fault !== undefined) return { verdict: "untested", detail: fault };
  try {
    return judge(await copy.with(each, () => runUntilFailure(copy.root, ...each.tests)));
  } catch (error) {
    if (!(error instanceof StaleSwitchError)) throw error;
    return { verdict: "out of date", detail: error.message };
  }
}

function isMissing({ needs = [] }: WallSwitch, missing: ReadonlySet<JailWallName>): boolean {
  return needs.some((name) => missing.has(name));
}
