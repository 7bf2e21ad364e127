import { expect, test } from "vitest";
import { describePush } from "./push-report.ts";

test.each([
  [5, false, "only at the server, left there: s0, s1, s2, s3, s4"],
  [6, false, "only at the server, left there: 6 scripts (--dry-run names them)"],
  [6, true, "only at the server, left there: s0, s1, s2, s3, s4, s5"],
])("%d scripts of others are named where they are few or asked for", (count, dryRun, line) => {
  const kept = Array.from({ length: count }, (_, index) => `s${index}`);
  const report = {
    dryRun,
    url: "http://skerry",
    tenant: "acme",
    scripts: [],
    unchanged: 0,
    behind: [],
    kept,
  };
  expect(describePush(report).split("\n")).toContain(line);
});
