import type { Plan } from "../../src/plans/plan.ts";

/** The plan of tenants that mean harm. */
export const HOSTILE_PLAN = "hostile";

/** What its tenants may use; small, so that what they waste is too. */
export const HOSTILE_TERMS = {
  limits: {
    cpuMs: { default: 150, max: 300 },
    wallMs: { default: 3_000, max: 5_000 },
    memoryMb: { default: 24, max: 32 },
    capabilityCalls: { default: 200, max: 500 },
    outputBytes: { default: 65_536, max: 262_144 },
    logBytes: { default: 16_384, max: 65_536 },
  },
  quotas: { concurrentExecutions: 3, requestsPerMinute: 900, storedBytes: 2 * 1024 * 1024 },
} as const satisfies { limits: Partial<Plan["limits"]>; quotas: Partial<Plan["quotas"]> };

/** One that is run over and over. */
export interface HostileScript {
  readonly name: string;
  readonly source: string;
  /** How it may end beside at its limits: `completed`, or the code of its error. */
  readonly ends: readonly string[];
}

/** A script that returns how often it got what it must not have: anything but 0 is a breach. */
export const BREACH_OF = "breach";

function attack(name: string, body: string, ends: readonly string[] = []): HostileScript {
  return { name, source: `export default async (input, ctx) => { ${body} };`, ends };
}

/** Destinations that no script may reach. `RECEIVER_PORT` is one of this machine. */
const FORBIDDEN = [
  "http://127.0.0.1:RECEIVER_PORT/ran",
  "http://localhost:RECEIVER_PORT/ran",
  "http://[::1]:RECEIVER_PORT/ran",
  "http://[::ffff:127.0.0.1]:RECEIVER_PORT/ran",
  "http://2130706433:RECEIVER_PORT/ran",
  "http://0.0.0.0:RECEIVER_PORT/ran",
  "http://169.254.169.254/latest/meta-data/",
  "http://journal.internal:1/ran",
  "file:///etc/passwd",
];

const ATTACKS: readonly HostileScript[] = [
  attack("loop", "for (;;);"),
  attack("native-loop", "[].includes.call({ length: 2 ** 53 - 1 }, 1);"),
  attack("big-number", "let n = 3n; for (;;) n = n * n;"),
  attack("growing-map", "const all = new Map(); for (let i = 0; ; i++) all.set(i, [i]);"),
  attack("growing-array", "const all = []; for (;;) all.push([all.length]);"),
  attack("huge-fill", "const all = []; for (;;) all.push(new Array(1e6).fill(all.length));"),
  attack("huge-buffer", "const all = []; for (;;) all.push(new Uint8Array(1e7).fill(1));", ["SCRIPT_ERROR"]),
  attack("recursion", "const f = (n) => f(n + 1) + 1; f(0);", ["SCRIPT_ERROR"]),
  attack("output-flood", "return 'x'.repeat(1e6);", ["OUTPUT_LIMIT"]),
  attack("deep-output", "let deep = []; for (let i = 0; i < 1e5; i++) deep = [deep]; return deep;", [
    "OUTPUT_INVALID",
    "OUTPUT_LIMIT",
    "SCRIPT_ERROR",
  ]),
  attack("log-flood", "for (let i = 0; i < 5e3; i++) console.log('x'.repeat(1e3));", ["completed"]),
  attack(
    "promise-storm",
    "const go = () => Promise.resolve().then(() => { go(); go(); }); await go(); for (;;) await 0;",
  ),
  attack("timer-storm", "for (let i = 0; i < 1e5; i++) setTimeout(() => {}, 1); await ctx.sleep(10);", [
    "completed",
    "SCRIPT_ERROR",
  ]),
  attack("never", "await new Promise(() => {});", ["NEVER_SETTLED"]),
  attack("too-long", "await ctx.sleep(60000);", ["SCRIPT_ERROR"]),
  attack("call-storm", "await Promise.all(Array.from({ length: 1000 }, (_, i) => ctx.cache.get('k' + i)));", [
    "CAPABILITY_CALL_LIMIT",
  ]),
  attack(
    "storage-flood",
    "for (let i = 0; i < 20; i++) await ctx.storage.set('k' + i, 'x'.repeat(2e5), { ttlSeconds: 30 });",
    ["SCRIPT_ERROR", "completed"],
  ),
  attack("thrown-junk", "throw { toString() { throw new Error('again'); }, get stack() { for (;;); } };", [
    "SCRIPT_ERROR",
  ]),
  attack(
    "escape",
    `let ${BREACH_OF} = 0;
     const tries = [
       () => this.constructor.constructor("return process")(),
       () => [].flat.constructor("return process")(),
       () => ctx.cache.get.constructor("return process")(),
       () => Object.getPrototypeOf(fetch).constructor("return require")(),
       () => globalThis.WebAssembly,
     ];
     for (const each of tries) { try { if ((await each()) !== undefined) ${BREACH_OF} += 1; } catch {} }
     return { ${BREACH_OF} };`,
    ["completed"],
  ),
  attack(
    "request-forgery",
    `let ${BREACH_OF} = 0;
     for (const url of ${JSON.stringify(FORBIDDEN)}) {
       try { await ctx.http.post(url, { json: {}, timeoutMs: 1000 }); ${BREACH_OF} += 1; } catch {}
     }
     return { ${BREACH_OF} };`,
    ["completed"],
  ),
  attack(
    "sql",
    `let ${BREACH_OF} = 0;
     const statements = [
       "select * from skerry.tenants", "select pg_sleep(60)", "drop table notes", "select * from acme.notes",
       "set role postgres", "select 1; select 2", "select * from pg_stat_activity", "copy notes to program 'id'",
     ];
     for (const sql of statements) { try { await ctx.db.query(sql); ${BREACH_OF} += 1; } catch {} }
     return { ${BREACH_OF} };`,
    ["completed"],
  ),
];

/** @param receiverPort a port of this machine that scripts of other tenants may reach by name. */
export function listHostileScripts(receiverPort: number): readonly HostileScript[] {
  return ATTACKS.map((each) => ({
    ...each,
    source: each.source.replaceAll("RECEIVER_PORT", String(receiverPort)),
  }));
}

/** What harms without being asked for: by the clock, and by events that make events. */
export const HOSTILE_TRIGGERS: readonly object[] = [
  {
    name: "burns-by-the-clock",
    type: "scheduled",
    source: `export default () => { for (;;); };`,
    settings: { cron: "*/5 * * * * *", overlap: "allow", retry: { attempts: 2, backoffMs: 100 } },
  },
  {
    name: "circle",
    type: "event",
    source: `export default async (input, ctx) => {
      await ctx.events.publish("circle.again");
    };`,
    settings: { events: ["circle.**"], retry: { attempts: 1 } },
  },
  {
    name: "answers-too-much",
    type: "http",
    source: `export default () => new Response((async function* () { for (;;) yield "x".repeat(65536); })());`,
  },
];
