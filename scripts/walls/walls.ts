import { parseArgs } from "node:util";
import { type SwitchOutcome, VERDICTS, type Verdict } from "./outcome.ts";
import { throwSwitches } from "./throw-switches.ts";
import { type JailWallName, WALL_NAMES, type WallSwitch } from "./wall-switch.ts";

/** What {@link runWalls} works on. */
export interface WallsOptions {
  /** Folder of the repository. */
  readonly root: string;
  readonly switches: readonly WallSwitch[];
  /** Walls of the jail that this machine does not have. */
  readonly missing: ReadonlySet<JailWallName>;
  /** Writes one line of the result. */
  readonly print: (line: string) => void;
  /** Writes one line of the progress. */
  readonly note: (line: string) => void;
}

const GOOD: ReadonlySet<Verdict> = new Set<Verdict>(["caught", "not here"]);

/**
 * The command `npm run walls`.
 *
 * @returns The exit code: 0 when every switch is caught, 1 when one is not, 2 when the words make no sense.
 */
export async function runWalls(words: readonly string[], options: WallsOptions): Promise<number> {
  const { values } = parseArgs({
    args: [...words],
    options: { only: { type: "string" }, json: { type: "boolean", default: false } },
  });
  const { root, switches, missing, print, note } = options;
  const wanted = values.only?.split(",") ?? WALL_NAMES;
  const unknown = wanted.find((name) => !(WALL_NAMES as readonly string[]).includes(name));
  if (unknown !== undefined) {
    note(`There is no wall "${unknown}". There are: ${WALL_NAMES.join(", ")}.`);
    return 2;
  }

  const chosen = switches.filter(({ wall }) => wanted.includes(wall));
  note(`${chosen.length} switches; first their tests with every wall standing`);
  let done = 0;
  const outcomes = await throwSwitches(root, chosen, missing, (outcome) => {
    note(`${++done}/${chosen.length} ${formatOutcome(outcome)}`);
  });
  if (values.json) print(JSON.stringify(outcomes, null, 2));
  else for (const line of formatTable(outcomes)) print(line);
  return outcomes.every(({ verdict }) => GOOD.has(verdict)) ? 0 : 1;
}

function formatOutcome({ wall, what, verdict, detail, durationMs }: SwitchOutcome): string {
  const told = verdict === "caught" ? "" : `: ${detail}`;
  return `${GOOD.has(verdict) ? "✓" : "✗"} ${wall}: ${what} (${(durationMs / 1000).toFixed(1)} s) ${verdict}${told}`;
}

function formatTable(outcomes: readonly SwitchOutcome[]): string[] {
  const rows = WALL_NAMES.flatMap((name) => {
    const own = outcomes.filter(({ wall }) => wall === name);
    const caught = own.filter(({ verdict }) => verdict === "caught").length;
    const seconds = own.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000;
    return own.length > 0
      ? [`${name.padEnd(14)}${`${caught}/${own.length}`.padStart(8)}${seconds.toFixed(1).padStart(9)}`]
      : [];
  });
  const bad = outcomes.filter(({ verdict }) => !GOOD.has(verdict));
  const faults = bad.flatMap(({ wall, what, verdict, detail }) => [
    "",
    `✗ ${wall}: ${what}`,
    `  ${verdict}: ${VERDICTS[verdict]}`,
    `  ${detail}`,
  ]);
  const absent = outcomes.filter(({ verdict }) => verdict === "not here").length;
  const caught = outcomes.length - bad.length - absent;
  const skipped = absent > 0 ? `, ${absent} not to be shown on this machine` : "";
  return [
    `${"wall".padEnd(14)}${"caught".padStart(8)}${"seconds".padStart(9)}`,
    ...rows,
    ...faults,
    "",
    `${outcomes.length} switches: ${caught} caught, ${bad.length} not${skipped}`,
  ];
}
