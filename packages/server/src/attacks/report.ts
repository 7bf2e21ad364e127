import type { IsolationReport } from "@skerry/sandbox";
import type { AttackResult, AttackVerdict } from "./suite.ts";
import { ATTACKED_WALLS, type AttackedWall } from "./walls.ts";

/** What `skerry doctor --attack --json` prints. */
export interface AttackReport {
  readonly version: string;
  /** The Node that runs Skerry, e.g. `v26.10.0`. */
  readonly node: string;
  readonly isolation: IsolationReport;
  readonly durationMs: number;
  readonly total: VerdictCounts;
  readonly classes: readonly CountsOfClass[];
  readonly walls: readonly CountsOfWall[];
  readonly attacks: readonly ReportedAttack[];
}

/** How many attacks ended how. */
export interface VerdictCounts {
  readonly entries: number;
  readonly contained: number;
  readonly notContained: number;
  readonly notShown: number;
}

export interface CountsOfClass extends VerdictCounts {
  readonly class: string;
}

export interface CountsOfWall extends VerdictCounts {
  readonly wall: AttackedWall;
}

/** One attack in the report. */
export interface ReportedAttack {
  readonly id: string;
  readonly class: string;
  readonly wall: AttackedWall;
  readonly verdict: AttackVerdict;
  readonly must: string;
  /** Absent when there is nothing to say. */
  readonly detail?: string;
  readonly durationMs: number;
}

/** Where and how long the attacks ran. */
export type AttackRun = Pick<AttackReport, "version" | "node" | "isolation" | "durationMs">;

/** Counts results by class and by wall. */
export function reportAttacks(run: AttackRun, results: readonly AttackResult[]): AttackReport {
  const byClass = Map.groupBy(results, ({ attack }) => attack.class);
  const byWall = Map.groupBy(results, ({ wall }) => wall);
  return {
    ...run,
    durationMs: Math.round(run.durationMs),
    total: countVerdicts(results),
    classes: [...byClass].map(([name, group]) => ({ class: name, ...countVerdicts(group) })),
    walls: ATTACKED_WALLS.flatMap((wall) => {
      const group = byWall.get(wall);
      return group === undefined ? [] : [{ wall, ...countVerdicts(group) }];
    }),
    attacks: results.map(({ attack: { id, class: name, must }, wall, verdict, detail, durationMs }) => ({
      id,
      class: name,
      wall,
      verdict,
      must,
      ...(detail === undefined ? {} : { detail }),
      durationMs: Math.round(durationMs),
    })),
  };
}

/** Whether every attack was run and did no harm. */
export function isAllContained({ total }: AttackReport): boolean {
  return total.notContained === 0 && total.notShown === 0;
}

function countVerdicts(results: readonly AttackResult[]): VerdictCounts {
  const count = (verdict: AttackVerdict): number =>
    results.filter((result) => result.verdict === verdict).length;
  return {
    entries: results.length,
    contained: count("contained"),
    notContained: count("not-contained"),
    notShown: count("not-shown"),
  };
}
