import { type RunnerPool, createRunnerPool, defineCapability } from "@skerry/sandbox";
import pg from "pg";
import { type Skerry, createSkerry, defineService, exposeTable } from "skerry";
import { guestBundle } from "skerry/guest-bundle";
import { z } from "zod";
import { requestOf } from "../executions.ts";
import { startPostgres } from "../postgres.ts";
import { type Row, rowOf } from "../report.ts";
import { type Spread, spreadOf } from "../samples.ts";
import { type CallName, MEASURE_SOURCE, measureFunction } from "./guest-program.ts";

const TENANT = "bench";
const WARM_UP_TURNS = 2;
const TURNS = 15;
const CALLS_PER_TURN = 200;
const LINES_PER_TURN = 2_000;
const MAX_MS_OVER_DRIVER = 0.5;

const HOST_TABLE = `create table public.orders (tenant_id text not null, id int not null, status text, total numeric,
  primary key (tenant_id, id))`;
const HOST_ROWS = `insert into public.orders
  select tenant, number, 'open', number from unnest(array['${TENANT}', 'other']) tenant, generate_series(1, 1000) number`;
const SELECT = "select id, status, total from public.orders where tenant_id = $1 and id = $2";

/** Calls of capabilities as a script waits for them, in turns with what they cannot do without. */
export async function measureCapabilities(): Promise<Row[]> {
  await using postgres = await startPostgres();
  const driver = new pg.Client(postgres.url);
  await driver.connect();
  try {
    await driver.query(HOST_TABLE);
    await driver.query(HOST_ROWS);
    await using skerry = await startHost(postgres.url);
    await using pool = await startBarePool();
    const guest = (call: CallName, count: number) => (): Promise<number> =>
      skerry.call(TENANT, "measure", { call, count }) as Promise<number>;
    const means = await meansInTurns({
      floor: () => measureBare(pool),
      cache: guest("cache", CALLS_PER_TURN),
      service: guest("service", CALLS_PER_TURN),
      storage: guest("storage", CALLS_PER_TURN),
      driver: () => measureDriver(driver),
      db: guest("db", CALLS_PER_TURN),
      log: guest("log", LINES_PER_TURN),
    });
    const { floor, cache, service, storage, driver: bareQuery, db, log } = means;
    return [
      rowOf("floor: a capability that does nothing", floor, "µs"),
      rowOf("cache.get, a hit", cache, "µs", { atMost: 150 }),
      rowOf("a service of the host", service, "µs", { atMost: 150 }),
      rowOf("storage.get", storage, "ms", { atMost: 1 }),
      rowOf("floor: the query by node-postgres", bareQuery, "ms"),
      rowOf("db.query by primary key", db, "ms", { atMost: 1.5 }),
      {
        what: "db.query above node-postgres",
        value: db.p50 - bareQuery.p50,
        unit: "ms",
        target: { atMost: MAX_MS_OVER_DRIVER },
      },
      rowOf("log.info with a field", log, "µs", { atMost: 5 }),
    ];
  } finally {
    await driver.end();
  }
}

/** An installation in this process, with a table and a service of its host. */
async function startHost(databaseUrl: string): Promise<Skerry> {
  const tax = defineService({
    name: "orders.tax",
    input: z.strictObject({ total: z.number() }),
    output: z.strictObject({ tax: z.number() }),
    handler: ({ total }) => ({ tax: total * 0.2 }),
  });
  const orders = exposeTable("orders", { tenantColumn: "tenant_id", operations: ["select"] });
  const skerry = await createSkerry({ databaseUrl, logLevel: "error", tables: [orders], services: [tax] });
  await post(skerry.fetchAs({ operator: true }), "/tenants", { id: TENANT, name: "Benchmark" });
  const limits = { cpuMs: 1_000, wallMs: 60_000, capabilityCalls: 10_000, logBytes: 1024 * 1024 };
  const host = skerry.fetchAs({ tenant: TENANT });
  const script = { name: "measure", type: "embedded", source: MEASURE_SOURCE, settings: { limits } };
  await post(host, "/scripts", script);
  await skerry.call(TENANT, "measure", {});
  return skerry;
}

/** The guest's side and the way there and back are as in an installation. */
function startBarePool(): Promise<RunnerPool> {
  const nothing = defineCapability({
    name: "cache.has",
    input: z.unknown(),
    handle: () => ({ value: false }),
  });
  return guestBundle().then((bundle) =>
    createRunnerPool({ capabilities: [nothing], guestBundle: bundle, spareRunners: 0, maxRunners: 1 }),
  );
}

async function measureBare(pool: RunnerPool): Promise<number> {
  const body = `${measureFunction({ nothing: `ctx.cache.has("rate")` })}
    return measure(ctx, "nothing", ${CALLS_PER_TURN});`;
  const result = await pool.execute(requestOf(TENANT, body));
  if (result.status === "completed") return Number(result.output.json);
  throw new Error(`the bare execution ended ${result.status}: ${result.error.message}`);
}

async function measureDriver(client: pg.Client): Promise<number> {
  const start = performance.now();
  for (let index = 0; index < CALLS_PER_TURN; index++) await client.query(SELECT, [TENANT, 1]);
  return (performance.now() - start) / CALLS_PER_TURN;
}

/** Measures in turns, so that whatever else the machine does meets all; each gives milliseconds. */
async function meansInTurns<Name extends string>(
  measurements: Readonly<Record<Name, () => Promise<number>>>,
): Promise<Record<Name, Spread>> {
  const entries = Object.entries(measurements) as Array<[Name, () => Promise<number>]>;
  const samples = new Map(entries.map(([name]) => [name, [] as number[]]));
  for (let turn = 0; turn < WARM_UP_TURNS + TURNS; turn++) {
    for (const [name, measure] of entries) {
      const mean = await measure();
      if (turn >= WARM_UP_TURNS) samples.get(name)?.push(mean);
    }
  }
  const spreads = [...samples].map(([name, means]) => [name, spreadOf(means)] as const);
  return Object.fromEntries(spreads) as Record<Name, Spread>;
}

type Handler = (request: Request) => Promise<Response>;

async function post(handler: Handler, path: string, body: unknown): Promise<void> {
  const headers = { "content-type": "application/json" };
  const init = { method: "POST", headers, body: JSON.stringify(body) };
  const response = await handler(new Request(`http://skerry/api/v1${path}`, init));
  if (!response.ok) throw new Error(`POST ${path} answered ${response.status}: ${await response.text()}`);
  await response.arrayBuffer();
}
