import { expect, test } from "vitest";
import { compare, COMPARISONS } from "../../benchmarks/src/page/comparisons.ts";
import { renderPage } from "../../benchmarks/src/page/page.ts";
import type { Row, SuiteResult } from "../../benchmarks/src/report.ts";

const machine = { cpu: "A & B", cores: 2, memoryBytes: 24 * 1024 ** 3, system: "Linux 6", node: "v26" };

/** A run in which ours takes 2 ms and everybody else 10; of rates ours has 2 and others 10. */
function createResults(): SuiteResult[] {
  const rows = new Map<string, Row[]>();
  for (const { suite, ours, other } of COMPARISONS) {
    const unit = /done|32 connections/.test(ours) ? "/s" : "ms";
    const list = rows.get(suite) ?? [];
    list.push(
      { what: ours, value: 2, unit, p99: 3, target: { atMost: 1 } },
      { what: other, value: 10, unit },
    );
    rows.set(suite, list);
  }
  return [...rows].map(([suite, each]) => ({ suite, at: "2026-01-01T00:00:00.000Z", machine, rows: each }));
}

test("of times the shorter is better, of rates the higher", () => {
  const times = new Set(compare(createResults()).map(({ oursRow, times }) => `${oursRow.unit} ${times}`));
  expect(times).toEqual(new Set(["ms 5", "/s 0.2"]));
});

test("the page tells what was not kept, and who was measured beside ours", () => {
  const page = renderPage({ results: createResults(), versions: { workerd: "1.2" } });
  expect(page).toContain("workerd 1.2");
  expect(page).toContain("MISSED: at most 1.00 ms");
  expect(page).toContain("- scripts: warm runner, warm context");
});

test("a comparison with a row that no suite has is refused", () => {
  expect(() => compare(createResults().slice(1))).toThrow(/has no row/);
});
