import { createRunnerPool } from "@skerry/sandbox";
import pg from "pg";
import { Pool } from "undici";
import { guestBundle } from "skerry/guest-bundle";
import { requestOf, timeExecution } from "../executions.ts";
import { startPostgres } from "../postgres.ts";
import { load } from "../processes.ts";
import { type Row, rowOf } from "../report.ts";
import { timeInTurns } from "../samples.ts";
import { type SkerryServer, startSkerry } from "../skerry-server.ts";

const FOR_MS = 8_000;
const CONNECTIONS = 32;
const SECONDS = 5;
const PATH = "/api/v1/scripts/next/execute";
const BODY = JSON.stringify({ input: 1 });

/** Executions asked for over HTTP and kept in the embedded database, beside what they cannot do without. */
export async function measurePlatform(): Promise<Row[]> {
  await using postgres = await startPostgres();
  await using skerry = await startSkerry({ DATABASE_URL: postgres.url });
  await skerry.post("/api/v1/scripts", {
    name: "next",
    type: "oneoff",
    source: "export default (input) => input + 1;",
  });
  const sequential = await measureSequential(skerry, postgres.url);
  const headers = { authorization: `Bearer ${skerry.apiKey}`, "content-type": "application/json" };
  const busy = await load(skerry.origin + PATH, CONNECTIONS, SECONDS, {
    method: "POST",
    headers,
    body: BODY,
  });
  return [
    ...sequential,
    {
      what: `POST /execute, ${CONNECTIONS} connections`,
      value: busy.requests / busy.seconds,
      unit: "/s",
      target: { atLeast: 400 },
    },
    {
      what: `POST /execute, ${CONNECTIONS} connections, latency`,
      value: busy.p50,
      p99: busy.p99,
      unit: "ms",
    },
  ];
}

async function measureSequential(skerry: SkerryServer, url: string): Promise<Row[]> {
  await using pool = await createRunnerPool({
    guestBundle: await guestBundle(),
    spareRunners: 0,
    maxRunners: 1,
  });
  const client = new pg.Client(url);
  await client.connect();
  const http = new Pool(skerry.origin, { connections: 1 });
  const bare = requestOf(skerry.tenant, "return input + 1", { reuseContext: false });
  try {
    await client.query("create table bench (id serial primary key, input json, output json)");
    const { storage, floor, execute } = await timeInTurns(
      {
        storage: () => insertAndUpdate(client),
        floor: () => timeExecution(pool, bare),
        execute: () => postExecute(http, skerry),
      },
      { forMs: FOR_MS },
    );
    return [
      rowOf("floor: insert and update, one connection", storage, "ms"),
      rowOf("floor: bare pool.execute, fresh context", floor, "ms"),
      rowOf("POST /execute, one at a time", execute, "ms", { atMost: 8 }),
    ];
  } finally {
    await http.close();
    await client.end();
  }
}

async function insertAndUpdate(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ id: number }>("insert into bench (input) values ($1) returning id", [
    BODY,
  ]);
  await client.query("update bench set output = $1 where id = $2", [BODY, rows[0]?.id]);
}

async function postExecute(http: Pool, { apiKey }: SkerryServer): Promise<void> {
  const headers = { authorization: `Bearer ${apiKey}`, "content-type": "application/json" };
  const { statusCode, body } = await http.request({ path: PATH, method: "POST", headers, body: BODY });
  await body.dump();
  if (statusCode !== 200) throw new Error(`POST ${PATH} answered ${statusCode}`);
}
