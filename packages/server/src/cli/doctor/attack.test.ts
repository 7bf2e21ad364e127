import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { filterLiving, listDescendants } from "../../../test/process-tree.ts";
import { runSkerry, spawnSkerry } from "../../../test/skerry-process.ts";
import type { AttackReport } from "../../attacks/report.ts";

test(
  "doctor --attack reports by class and by wall, with progress on stderr",
  { timeout: 60_000 },
  async () => {
    const args = ["doctor", "--attack", "--json", "--only=expr/invalid,sql/resource,jail.child-process.33"];
    const { exitCode, stdout, stderr } = await runSkerry(args);
    const report = JSON.parse(stdout) as AttackReport;
    expect(report.total).toEqual({ entries: 28, contained: 28, notContained: 0, notShown: 0 });
    expect(report.classes.map((row) => row.class)).toEqual([
      "expr/invalid",
      "sql/resource",
      "jail/child-process",
    ]);
    expect(report.walls.map(({ wall, entries }) => [wall, entries])).toEqual([
      ["isolate", 15],
      ["supervisor", 1],
      ["database", 12],
    ]);
    expect(stderr).toBe("28 of 28 attacks\n");
    expect(exitCode).toBe(0);
  },
);

test("doctor --attack exits 1 when an attack cannot be shown", async () => {
  const env = { SKERRY_ISOLATION: "none" };
  const { exitCode, stdout } = await runSkerry(["doctor", "--attack", "--only=jail.child-process.01"], {
    env,
  });
  expect(stdout).toContain("not shown: jail.child-process.01 (jail)");
  expect(stdout).toMatch(/^Not contained: 0 of 1; not shown: 1 /m);
  expect(exitCode).toBe(1);
});

test.for([
  [["doctor", "--attack", "--only=nothing"], 'no class or id begins with "nothing"; the groups are'],
  [["doctor", "--attack", "--only="], 'no class or id begins with ""'],
  [["doctor", "--only=ssrf"], "--only chooses attacks: it goes with --attack"],
] as const)("%s is wrong usage", async ([args, message]) => {
  const { exitCode, stdout, stderr } = await runSkerry(args);
  expect([exitCode, stdout]).toEqual([2, ""]);
  expect(stderr).toContain(message);
});

test("a signal ends doctor --attack without a report, and nothing is left behind", async () => {
  const child = spawnSkerry(["doctor", "--attack", "--only=limit"]);
  const pid = child.pid ?? 0;
  while (listDescendants(pid).length === 0) await delay(5);
  const started = listDescendants(pid);
  child.kill("SIGINT");
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit") as Promise<[number | null]>,
  ]);
  expect([exitCode, stdout]).toEqual([130, ""]);
  expect(stderr).toMatch(/^stopping after this attack\nstopped after \d+ of \d+ attacks\n$/);
  expect(filterLiving(started)).toEqual([]);
});
