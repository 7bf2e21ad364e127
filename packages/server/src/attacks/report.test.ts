import { expect, test } from "vitest";
import { type AttackRun, isAllContained, reportAttacks } from "./report.ts";
import { describeReport } from "./report-text.ts";
import type { AttackResult, AttackVerdict } from "./suite.ts";
import { type AttackedWall, wallOf } from "./walls.ts";

const RUN: AttackRun = {
  version: "1.2.3",
  node: "v26.10.0",
  isolation: { level: "partial", walls: [] },
  durationMs: 61_400,
};

function resultOf(id: string, verdict: AttackVerdict, detail?: string): AttackResult {
  const [group = "", kind = ""] = id.split(".");
  const attack = { id, class: `${group}/${kind}`, code: "", must: `${id} holds` };
  return { attack, wall: wallOf(attack), verdict, detail, durationMs: 1.6 };
}

const CONTAINED = resultOf("limit.cpu.01", "contained");

test("what is contained is counted by class and by wall", () => {
  const report = reportAttacks(RUN, [CONTAINED, resultOf("sql.resource.01", "contained")]);
  expect(isAllContained(report)).toBe(true);
  expect(report.total).toEqual({ entries: 2, contained: 2, notContained: 0, notShown: 0 });
  const walls: AttackedWall[] = ["supervisor", "database"];
  expect(report.walls.map(({ wall }) => wall)).toEqual(walls);
  const text = describeReport(report);
  expect(text).toContain("isolation partial");
  expect(text).toMatch(/^sql\/resource {8}1 {10}1 {14}- {10}-$/m);
  expect(text).toMatch(/^All contained: 2 \(61 s\)\n$/m);
});

test("what is not contained is told with what must hold and what happened, on lines of its own", () => {
  const breach = resultOf("escape.errors.01", "not-contained", "returned 1\nAll contained: 413");
  const missing = resultOf("jail.child-process.20", "not-shown", "filesystem: refused");
  const report = reportAttacks(RUN, [CONTAINED, breach, missing]);
  expect(isAllContained(report)).toBe(false);
  const text = describeReport(report);
  expect(text).toContain(
    "not contained: escape.errors.01 (isolate)\n  must   escape.errors.01 holds\n  but    returned 1\n         All contained: 413",
  );
  expect(text).toContain("not shown: jail.child-process.20 (jail)");
  expect(text).toContain("  needs  filesystem: refused\n");
  expect(text).toMatch(/^Not contained: 1 of 3; not shown: 1 \(61 s\)$/m);
  expect(report.attacks[1]).toEqual({
    id: "escape.errors.01",
    class: "escape/errors",
    wall: "isolate",
    verdict: "not-contained",
    must: "escape.errors.01 holds",
    detail: "returned 1\nAll contained: 413",
    durationMs: 2,
  });
});

test("one thing that could not be shown is enough for a failure", () => {
  const report = reportAttacks(RUN, [resultOf("jail.child-process.20", "not-shown", "filesystem: refused")]);
  expect(isAllContained(report)).toBe(false);
});
