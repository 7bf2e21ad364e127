/** What a tenant in good order has, beside the workload of the chaos check. All of it is asked by `neighbours.ts`. */

/** The secret that scripts read. */
export const SECRET = { name: "GREETING", value: "good-morning-to-all" } as const;

/** The table that scripts use by `ctx.db`. */
export const TABLE = {
  name: "notes",
  definition: {
    columns: [
      { name: "id", type: "integer" },
      { name: "text", type: "text" },
    ],
    primaryKey: ["id"],
  },
} as const;

/** Keys and rows are used again, so that what is kept does not grow with time. */
export const KEYS = 500;

/** What `everything` answers to `?n=`, as a function of it. */
export function answerOfEverything(n: number): object {
  return { n, cached: n, stored: n, row: `note ${n}`, secret: 19, double: 2 * n, text: `n is ${n}`, echo: n };
}

/** Calls every kind of capability once. */
const EVERYTHING = `
  export default async (request, ctx) => {
    const n = Number(new URL(request.url).searchParams.get("n"));
    const key = "n/" + (n % ${KEYS});
    await ctx.cache.set(key, n, { ttlSeconds: 30 });
    await ctx.storage.set(key, n, { ttlSeconds: 30 });
    await ctx.db.execute(
      "insert into notes (id, text) values ($1, $2) on conflict (id) do update set text = excluded.text",
      [n % ${KEYS}, "note " + n],
    );
    const { text: row } = await ctx.db.transaction((tx) =>
      tx.queryOne("select text from notes where id = $1 for update", [n % ${KEYS}]));
    const [cached, stored, secret, doubled, reply, left] = await Promise.all([
      ctx.cache.get(key),
      ctx.storage.get(key),
      ctx.secrets.get("${SECRET.name}"),
      ctx.scripts.call("double", n),
      ctx.http.post("http://echo.internal:ECHO_PORT/echo", { json: { n } }),
      ctx.limits.remaining(),
    ]);
    if (!(left.executionsPerMonth.remaining > 0)) throw new Error("the month is over");
    const text = await ctx.expressions.evaluate("n is {{ $json.n }}", { $json: { n } });
    ctx.log.info("everything was called", { n });
    return Response.json({
      n, cached, stored, row, secret: secret.length, double: doubled.double, text, echo: reply.json().n,
    });
  };`;

const DOUBLE = `export default (n) => ({ double: 2 * n });`;

/** Its version says what it answers. @param edition counts from 1. */
export function sourceOfEdition(edition: number): string {
  return `export default () => "edition ${edition}";`;
}

const TALKS = `
  export default async (input, ctx) => {
    for (let line = 1; line <= 12; line++) {
      ctx.log.info("line " + line);
      await ctx.progress(line / 12);
      await ctx.sleep(60);
    }
    return "talked";
  };`;

const WAITS = `export default async (input, ctx) => { await ctx.sleep(input); return "waited"; };`;

const TICKS = `
  async function* ticks(request) {
    for (let id = 1; !request.signal.aborted; id += 1) {
      yield "id: " + id + "\\ndata: tick\\n\\n";
      await new Promise((done) => setTimeout(done, 50));
    }
  }
  export default (request) =>
    new Response(ticks(request), { headers: { "content-type": "text/event-stream" } });`;

/** Fails until its event has been a dead letter: two attempts, then the replay. It tells the receiver as the others do. */
function createLateSource(report: string): string {
  return `
    export default async (input, ctx) => {
      const tries = await ctx.storage.increment("late/" + ctx.trigger.event.id, 1, { ttlSeconds: 120 });
      if (tries <= ${LATE_ATTEMPTS}) throw new Error("not before it was a dead letter");
      const run = {
        attempt: ctx.execution.attempt,
        token: input.token,
        eventId: ctx.trigger.event.id,
        scheduledAt: null,
      };
      ${report}
    };`;
}

const LATE_ATTEMPTS = 2;

/** Gets what becomes a dead letter first. */
export const LATE = "handles-late";
export const LATE_TYPE = "parcel.late";

/** @param echoPort where the server listens that scripts may reach. @param report as of the chaos workload. */
export function describeNeighbourScripts(echoPort: number, report: string): readonly object[] {
  return [
    { name: "double", type: "embedded", source: DOUBLE },
    { name: "everything", type: "http", source: EVERYTHING.replace("ECHO_PORT", String(echoPort)) },
    { name: "warm", type: "http", source: `export default (request) => new URL(request.url).search;` },
    {
      name: "cold",
      type: "http",
      source: `export default () => "fresh";`,
      settings: { freshContext: true },
    },
    { name: "changing", type: "http", source: sourceOfEdition(0) },
    { name: "talks", type: "oneoff", source: TALKS },
    { name: "waits", type: "oneoff", source: WAITS },
    { name: "ticks", type: "http", source: TICKS },
    {
      name: LATE,
      type: "event",
      source: createLateSource(report),
      settings: {
        events: [LATE_TYPE],
        retry: { attempts: LATE_ATTEMPTS, backoffMs: 50, maxBackoffMs: 100 },
      },
    },
  ];
}
