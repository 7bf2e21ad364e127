import { describe, expect, test } from "vitest";
import type { Evidence, HistoryRow } from "./evidence.ts";
import type { Note, Run } from "./journal.ts";
import { judge } from "./verdict.ts";
import type { Violation } from "./verdict.ts";

/** A whole second. */
const START = Date.parse("2026-01-01T00:00:00Z");

const attempted = (token: string, change: object = {}): Note => ({
  what: "attempted",
  at: START,
  kind: "event",
  tenant: "acme",
  token,
  type: "order.paid",
  id: null,
  ...change,
});
const acknowledged = (token: string, id = `id-${token}`): Note => ({
  what: "acknowledged",
  at: START + 10,
  token,
  id,
});
const run = (token: string | null, change: Partial<Run> = {}): Run => ({
  at: START + 100,
  tenant: "acme",
  script: "orders",
  executionId: `execution-${token}`,
  attempt: 1,
  token,
  eventId: token === null ? null : `id-${token}`,
  scheduledAt: null,
  ...change,
});
const tick = (second: number, change: Partial<Run> = {}): Run =>
  run(null, {
    script: "clock",
    executionId: `tick-${second}`,
    scheduledAt: new Date(START + second * 1_000).toISOString(),
    ...change,
  });
const TICKS = [tick(1), tick(2), tick(3)];

interface Told extends Partial<Evidence> {
  /** Executions that the history lacks. */
  readonly forgotten?: readonly string[];
  /** Jobs of executions that have not one of their own name. */
  readonly jobs?: Readonly<Record<string, string>>;
}

function createEvidence({ forgotten = [], jobs = {}, ...told }: Told): Evidence {
  const runs = told.runs ?? TICKS;
  const rows = runs.map(({ executionId: id }): [string, HistoryRow] => [
    id,
    { id, jobId: jobs[id] ?? id, status: "completed" },
  ]);
  return {
    notes: [],
    runs,
    disturbances: [],
    subscribers: { orders: ["order.paid"], stock: ["stock.low"] },
    oneOff: "by-hand",
    schedules: [{ tenant: "acme", script: "clock" }],
    ticks: {
      askedAt: START - 200,
      madeBy: START + 100,
      wantedUntil: START + 3_050,
      pausedBy: START + 3_500,
    },
    history: new Map(rows.filter(([id]) => !forgotten.includes(id))),
    ...told,
  };
}

function findings(told: Told): readonly Violation[] {
  return judge(createEvidence(told)).violations;
}

const PUBLISHED = [attempted("one"), acknowledged("one")];
const kill = (from: number) => ({ kind: "kill-node", target: "web-1", from: START + from, to: START + from });

test("nothing is wrong when all that was promised ran once, whatever became of what was not promised", () => {
  const notes = [...PUBLISHED, attempted("run-anyway"), attempted("gone"), attempted("undone")];
  const rolledBack: Note = { what: "rolledBack", at: START, token: "undone" };
  const evidence = createEvidence({
    notes: [...notes, rolledBack],
    runs: [run("one"), run("run-anyway"), ...TICKS],
  });
  const { violations, counts } = judge(evidence);
  expect(violations).toEqual([]);
  expect(counts).toMatchObject({
    acknowledged: 1,
    "rolled back": 1,
    "not acknowledged": 2,
    "of those run": 1,
    "deliveries wanted": 4,
  });
});

describe("lost", () => {
  test("is an acknowledged event that one of its scripts did not run", () => {
    const told = { notes: PUBLISHED, subscribers: { orders: ["order.paid"], audit: ["order.paid"] } };
    expect(findings({ ...told, runs: [run("one"), ...TICKS] })).toEqual([
      { kind: "lost", text: expect.stringContaining("one by audit of acme") },
    ]);
  });

  test("is a tick between the making of the schedule and the last one that was waited for", () => {
    expect(findings({ runs: [tick(1), tick(3)] })).toEqual([
      { kind: "lost", text: expect.stringContaining("2026-01-01T00:00:02.000Z by clock of acme") },
    ]);
  });

  test("is no one-off execution that says that it failed", () => {
    const notes = [attempted("one", { kind: "oneoff", type: "" }), acknowledged("one", "job")];
    const failed = new Map([
      ...createEvidence({}).history,
      ["job", { id: "job", jobId: "job", status: "failed" }] as const,
    ]);
    expect(findings({ notes, history: failed })).toEqual([]);
    expect(findings({ notes })).toMatchObject([{ kind: "lost" }]);
  });
});

describe("unexpected", () => {
  test.each([
    ["nobody asked for it", [], run("one")],
    ["rolled back", [attempted("one"), { what: "rolledBack", at: START, token: "one" }], run("one")],
    ["of the tenant globex", [attempted("one", { tenant: "globex" })], run("one")],
    ["nothing to do with order.paid", [attempted("one")], run("one", { script: "stock" })],
    ["published as id-one", PUBLISHED, run("one", { eventId: "another" })],
    ["published as mine", [attempted("one", { id: "mine" })], run("one")],
    ["no such tick", [], tick(4)],
    ["no such tick", [], tick(2.5)],
    ["no schedule", [], tick(2, { tenant: "globex" })],
  ] as const)("is what runs although %s", (text, notes, wrong) => {
    const found = findings({ notes, runs: [wrong, ...TICKS] });
    expect(found.filter(({ kind }) => kind === "unexpected")).toEqual([
      { kind: "unexpected", text: expect.stringContaining(text) },
    ]);
  });
});

describe("a second run", () => {
  const again = run("one", { executionId: "again", attempt: 2, at: START + 900 });
  const jobs = { again: "execution-one" };
  const told = { notes: PUBLISHED, runs: [run("one"), again, ...TICKS], jobs, disturbances: [kill(500)] };

  test("is in order when it is another attempt and something happened in between", () => {
    expect(findings(told)).toEqual([]);
    expect(judge(createEvidence(told)).counts).toMatchObject({ "repeated runs": 1 });
  });

  test.each([
    ["nothing had happened", { ...told, disturbances: [kill(50), kill(950)] }],
    ["one execution ran twice", { ...told, runs: [run("one"), run("one"), ...TICKS] }],
    ["made 2 times", { ...told, jobs: {} }],
    [
      "as the events id-one, other",
      { ...told, runs: [run("one"), { ...again, eventId: "other" }, ...TICKS] },
    ],
    ["made 2 times", { ...told, runs: [...TICKS, tick(2, { executionId: "again" })] }],
  ])("is wrong when %s", (text, wrong) => {
    expect(findings(wrong)).toContainEqual({ kind: "duplicate", text: expect.stringContaining(text) });
  });
});

describe("the history", () => {
  test("has all queued executions that ran", () => {
    expect(findings({ forgotten: ["tick-2"] })).toContainEqual({
      kind: "history",
      text: expect.stringContaining("tick-2"),
    });
  });

  test("may lack what an endpoint answered only when its node was killed soon after", () => {
    const answered: Note = { what: "answered", at: START, node: "web-1", executionId: "e1" };
    expect(findings({ notes: [answered] })).toMatchObject([{ kind: "history" }]);
    expect(findings({ notes: [answered], disturbances: [{ ...kill(10), target: "web-2" }] })).toHaveLength(1);
    expect(findings({ notes: [answered], disturbances: [kill(60_000)] })).toHaveLength(1);
    expect(findings({ notes: [answered], disturbances: [kill(10)] })).toEqual([]);
  });
});
