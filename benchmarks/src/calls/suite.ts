import { createRunnerPool } from "@skerry/sandbox";
import { createSkerry } from "skerry";
import { guestBundle } from "skerry/guest-bundle";
import { requestOf, timeExecution } from "../executions.ts";
import { startPostgres } from "../postgres.ts";
import { type Row, rowOf } from "../report.ts";
import { timeInTurns } from "../samples.ts";

const FOR_MS = 8_000;
const TENANT = "bench";
const NUMBER = { type: "number" };

/** Calls of `embedded` scripts out of the host's own process, beside the bare pool. */
export async function measureCalls(): Promise<Row[]> {
  await using postgres = await startPostgres();
  await using skerry = await createSkerry({ databaseUrl: postgres.url, logLevel: "error" });
  await using pool = await createRunnerPool({
    guestBundle: await guestBundle(),
    spareRunners: 0,
    maxRunners: 1,
  });
  const operator = skerry.fetchAs({ operator: true });
  const host = skerry.fetchAs({ tenant: TENANT });
  await post(operator, "/tenants", { id: TENANT, name: "Benchmark" });
  const source = "export default (input) => input + 1;";
  const settings = { inputSchema: NUMBER, outputSchema: NUMBER };
  await post(host, "/scripts", { name: "plain", type: "embedded", source });
  await post(host, "/scripts", { name: "checked", type: "embedded", source, settings });

  const bare = requestOf(TENANT, "return input + 1");
  const { floor, plain, checked, rest } = await timeInTurns(
    {
      floor: () => timeExecution(pool, bare),
      plain: () => skerry.call(TENANT, "plain", 1),
      checked: () => skerry.call(TENANT, "checked", 1, { deadlineMs: 1_000 }),
      rest: () => post(host, "/scripts/plain/call", { input: 1 }),
    },
    { forMs: FOR_MS },
  );
  return [
    rowOf("floor: bare pool.execute, warm", floor, "ms"),
    rowOf("call", plain, "ms"),
    rowOf("call, with schemas and a deadline", checked, "ms"),
    rowOf("POST /scripts/{id}/call, without sockets", rest, "ms"),
    { what: "call above the floor", value: plain.p50 - floor.p50, unit: "ms", target: { atMost: 1 } },
  ];
}

type Handler = (request: Request) => Promise<Response>;

async function post(handler: Handler, path: string, body: unknown): Promise<void> {
  const headers = { "content-type": "application/json" };
  const request = new Request(`http://skerry/api/v1${path}`, {
    method: "POST",
    headers,
    body: JSON.stringify(body),
  });
  const response = await handler(request);
  if (!response.ok) throw new Error(`POST ${path} answered ${response.status}: ${await response.text()}`);
  await response.arrayBuffer();
}
