import { describe, expect, test } from "vitest";
import type { DatabaseSample } from "./database-sample.ts";
import type { NodeSample } from "./node-sample.ts";
import { listSeries } from "./sample.ts";
import type { Sample } from "./sample.ts";
import { measureRise } from "./trend.ts";
import { judgeSoak, RULE_NAMES } from "./verdict.ts";
import type { RuleName, SoakEvidence } from "./verdict.ts";

const MEBIBYTE = 1024 * 1024;
const SAMPLES = 40;

const NODE: NodeSample = {
  heapBytes: 70 * MEBIBYTE,
  externalBytes: 20 * MEBIBYTE,
  handles: 40,
  residentBytes: 280 * MEBIBYTE,
  descriptors: { socket: 60, pipe: 20, file: 4 },
  threads: 11,
  processes: 8,
};

const DATABASE: DatabaseSample = {
  connections: 30,
  tableBytes: { executions: 8 * MEBIBYTE, audit_log: 2 * MEBIBYTE },
  deadRows: 5_000,
  jobs: 20,
  oldestJobMs: 10,
  waitingEvents: 1,
  lockWaits: 0,
  oldestTransactionMs: 5,
};

const AT_REST: NodeSample = { ...NODE, processes: 3, descriptors: { socket: 40 } };

function sampleAt(
  place: number,
  node: Partial<NodeSample> = {},
  database: Partial<DatabaseSample> = {},
): Sample {
  // Nothing real is ever quite still.
  const noise = 1 + 0.02 * Math.sin(place * 2.4);
  return {
    atMs: place * 10_000,
    nodes: { "node-1": { ...NODE, heapBytes: NODE.heapBytes * noise, ...node }, "node-2": NODE },
    database: { ...DATABASE, deadRows: DATABASE.deadRows * noise, ...database },
  };
}

function samplesOf(make: (place: number) => Sample): readonly Sample[] {
  return Array.from({ length: SAMPLES }, (_, place) => make(place));
}

const REST: Sample = { atMs: 0, nodes: { "node-1": AT_REST, "node-2": AT_REST }, database: DATABASE };

const GOOD: SoakEvidence = {
  seconds: 600,
  samples: samplesOf((place) => sampleAt(place)),
  rest: { spares: REST, before: REST, after: REST },
  works: [
    { name: "acme: call", rounds: 900, failures: 0, excused: 0, firstFailures: [], p50Ms: 4, p99Ms: 30 },
  ],
  statuses: { "200": 9_000, "404 TENANT_NOT_FOUND": 40, "429 QUOTA_EXCEEDED": 300 },
  logs: [{ level: "warn", message: "a runner was killed", count: 3, example: "" }],
  left: { jobs: 0, "temporary files": 0 },
  brokenChains: [],
  violations: [],
};

function rulesBrokenBy(change: Partial<SoakEvidence>): readonly RuleName[] {
  return [...new Set(judgeSoak({ ...GOOD, ...change }).map(({ rule }) => rule))];
}

function atRest(node: Partial<NodeSample>): SoakEvidence["rest"] {
  const after = { ...REST, nodes: { ...REST.nodes, "node-2": { ...AT_REST, ...node } } };
  return { spares: REST, before: REST, after };
}

/** From the plateau on by this much in all. */
const grown = (place: number, by: number): number => Math.max(0, place - SAMPLES / 5) * (by / SAMPLES);

const BAD: Readonly<Record<string, readonly [RuleName, Partial<SoakEvidence>]>> = {
  "a work that never came to its turn": [
    "activity",
    { works: [{ name: "idle", rounds: 0, failures: 0, excused: 0, firstFailures: [], p50Ms: 0, p99Ms: 0 }] },
  ],
  "hardly a sample": ["activity", { seconds: 60, samples: GOOD.samples.slice(0, 2) }],
  "an event that was lost": ["delivery", { violations: [{ kind: "lost", text: "rest-1-7 by every-event" }] }],
  "a wrong answer": [
    "work",
    {
      works: [{ name: "call", rounds: 9, failures: 2, excused: 1, firstFailures: ["3"], p50Ms: 1, p99Ms: 2 }],
    },
  ],
  "an answer of the server's own failure": ["answers", { statuses: { "200": 9, "500 INTERNAL_ERROR": 1 } }],
  "an error in a node's log": [
    "logs",
    { logs: [{ level: "error", message: "request failed", count: 1, example: "{}" }] },
  ],
  "a line that is none of the log": [
    "logs",
    { logs: [{ level: "raw", message: "Error: at …", count: 1, example: "Error: at …" }] },
  ],
  "a job that nobody ran": ["left behind", { left: { jobs: 1 } }],
  "a temporary file": ["left behind", { left: { "temporary files": 2 } }],
  "a chain that does not hold": ["audit", { brokenChains: ["acme: record 7"] }],
  "heap that is held at rest": ["rest", { rest: atRest({ heapBytes: 110 * MEBIBYTE }) }],
  "external memory that is held at rest": ["rest", { rest: atRest({ externalBytes: 50 * MEBIBYTE }) }],
  "descriptors that are open at rest": ["rest", { rest: atRest({ descriptors: { socket: 40, pipe: 17 } }) }],
  "threads that are left": ["rest", { rest: atRest({ threads: 16 }) }],
  "timers that are left": ["rest", { rest: atRest({ handles: 70 }) }],
  "a runner that is left": ["rest", { rest: atRest({ processes: 4, descriptors: { socket: 46 } }) }],
  "heap that grows": [
    "growth",
    {
      samples: samplesOf((place) =>
        sampleAt(place, { heapBytes: NODE.heapBytes + grown(place, 30 * MEBIBYTE) }),
      ),
    },
  ],
  "resident memory that grows": [
    "growth",
    {
      samples: samplesOf((place) =>
        sampleAt(place, { residentBytes: NODE.residentBytes + grown(place, 150 * MEBIBYTE) }),
      ),
    },
  ],
  "descriptors that grow": [
    "growth",
    { samples: samplesOf((place) => sampleAt(place, { descriptors: { socket: 84 + grown(place, 120) } })) },
  ],
  "a table that grows": [
    "growth",
    {
      samples: samplesOf((place) =>
        sampleAt(place, {}, { tableBytes: { executions: 8 * MEBIBYTE + grown(place, 8 * MEBIBYTE) } }),
      ),
    },
  ],
  "a queue that grows": [
    "growth",
    { samples: samplesOf((place) => sampleAt(place, {}, { jobs: 20 + grown(place, 600) })) },
  ],
  "connections that grow": [
    "growth",
    { samples: samplesOf((place) => sampleAt(place, {}, { connections: 30 + grown(place, 20) })) },
  ],
};

describe("the verdict", () => {
  test("is good where all is well", () => {
    expect(judgeSoak(GOOD)).toEqual([]);
  });

  test.each(Object.entries(BAD))("notices %s", (_, [rule, change]) => {
    expect(rulesBrokenBy(change)).toEqual([rule]);
  });

  test("has a bad example of each rule", () => {
    expect(new Set(Object.values(BAD).map(([rule]) => rule))).toEqual(new Set(RULE_NAMES));
  });

  test("excuses rounds that failed while the machine had no time", () => {
    const [work] = GOOD.works;
    const works = work === undefined ? [] : [{ ...work, failures: 2, excused: 2 }];
    expect(rulesBrokenBy({ works })).toEqual([]);
  });

  test("lets grow what is kept for good, and judges no growth and no spares in a short run", () => {
    const samples = samplesOf((place) =>
      sampleAt(place, {}, { tableBytes: { audit_log: 2 * MEBIBYTE + grown(place, 9 * MEBIBYTE) } }),
    );
    expect(rulesBrokenBy({ samples })).toEqual([]);
    const [, growth] = BAD["heap that grows"] ?? [];
    expect(rulesBrokenBy({ ...growth, seconds: 60 })).toEqual([]);
    const rest = atRest({ processes: 8, descriptors: { socket: 70 } });
    expect(rulesBrokenBy({ rest, seconds: 60 })).toEqual([]);
  });
});

describe("a rise", () => {
  test("is that from the second fifth to the last one, by either measure", () => {
    const rise = measureRise(Array.from({ length: 100 }, (_, place) => 50 + place));
    expect(rise.from).toBeCloseTo(79.5);
    expect(rise.byMedians).toBeCloseTo(60);
    expect(rise.bySlope).toBeCloseTo(60);
  });

  test("is not made by warming up, by outliers, or by a saw", () => {
    const warming = Array.from({ length: 60 }, (_, place) => (place < 12 ? place * 10 : 120));
    expect(measureRise(warming)).toMatchObject({ byMedians: 0, bySlope: 0 });
    const outliers = Array.from({ length: 60 }, (_, place) => (place % 9 === 0 ? 900 : 100));
    expect(measureRise(outliers)).toMatchObject({ byMedians: 0, bySlope: 0 });
    const saw = Array.from({ length: 60 }, (_, place) => 100 + (place % 6));
    expect(Math.abs(measureRise(saw).bySlope)).toBeLessThan(1);
  });

  test("is looked for in every figure of nodes and database", () => {
    const names = listSeries(GOOD.samples).map(({ name }) => name);
    expect(names).toContain("node-2 threads");
    expect(names).toContain("table executions");
    expect(names).toContain("waiting events");
    expect(listSeries([])).toEqual([]);
  });
});
