import pg from "pg";
import { startPostgres } from "../postgres.ts";
import { type Row, rowOf } from "../report.ts";
import { timeEach } from "../samples.ts";
import { type SkerryServer, startSkerry } from "../skerry-server.ts";
import { generate } from "./generation.ts";

const SCRIPTS = 100_000;
/** Ten million take some minutes and 6 GB of disk; a smaller number shows the same plans. */
const EXECUTIONS = Number(process.env["BENCH_EXECUTIONS"] ?? 10_000_000);
const REQUESTS = 60;
const WARM_UP = 3;
const AT_MOST_MS = 50;
const DAY_MS = 24 * 60 * 60_000;

/** Pages of lists that are as long as they get, over HTTP. */
export async function measureLists(): Promise<Row[]> {
  await using postgres = await startPostgres();
  await using skerry = await startSkerry({ DATABASE_URL: postgres.url });
  const client = new pg.Client(postgres.url);
  await client.connect();
  try {
    await generate(client, skerry.tenant, { scripts: SCRIPTS, executions: EXECUTIONS });
  } finally {
    await client.end();
  }
  const middle = new Date(Date.now() - 45 * DAY_MS).toISOString();
  const pages: readonly (readonly [string, string])[] = [
    ["executions, newest", "executions"],
    ["executions, from the middle", `executions?to=${middle}`],
    ["executions of a script", "executions?script=script-77"],
    ["executions that timed out", "executions?status=timeout"],
    ["executions by event that timed out", "executions?status=timeout&trigger=event"],
    ["executions of a script that timed out", "executions?script=script-999&status=timeout"],
    ["executions of one request", "executions?requestId=123456"],
    ["executions by event, page of 200, from the middle", `executions?trigger=event&limit=200&to=${middle}`],
    ["scripts, newest", "scripts"],
    ["scripts, paused endpoints", "scripts?type=http&status=paused"],
    ["scripts by tag", "scripts?tag=billing"],
    ["scripts by beginning of the name", "scripts?search=script-99"],
  ];
  const rows: Row[] = [];
  for (const [what, path] of pages) {
    await timeEach(WARM_UP, () => get(skerry, path));
    rows.push(rowOf(what, await timeEach(REQUESTS, () => get(skerry, path)), "ms", { atMost: AT_MOST_MS }));
  }
  return rows;
}

async function get({ origin, apiKey }: SkerryServer, path: string): Promise<void> {
  const headers = { authorization: `Bearer ${apiKey}` };
  const response = await fetch(`${origin}/api/v1/${path}`, { headers });
  const text = await response.text();
  if (!response.ok) throw new Error(`GET ${path} answered ${response.status}: ${text}`);
}
