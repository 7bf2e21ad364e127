import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { asAdministrator } from "../../test/database.ts";
import { createTestPlatform, OPERATOR_KEY } from "../../test/platform.ts";
import type { TestClient, TestPlatform } from "../../test/platform.ts";
import { createPlatform } from "../platform.ts";

let skerry: TestPlatform;
let acme: TestClient & { readonly key: string };

/** Logs a line, waits until another execution of the same script opens the gate, and logs another line. */
const TWO_STEPS = `export default async ({ gate, open }, ctx) => {
  if (open) return ctx.cache.set(gate, true);
  ctx.log.info("first", { gate });
  while (!(await ctx.cache.get(gate).catch(() => false))) await new Promise((resolve) => setTimeout(resolve, 20));
  ctx.log.warn("second");
};`;
const PROGRESS = `export default async (gate, ctx) => {
  const refused = await ctx.progress(1.1).catch(({ code }) => code);
  await ctx.progress(0.5, "half of secret-value");
  while (gate === "closed") await new Promise((resolve) => setTimeout(resolve, 20));
  await ctx.progress(1, "done");
  return refused;
};`;
const MANY =
  "export default (count, ctx) => { for (let n = 0; n < count; n += 1) ctx.log.info(`line ${n}`); };";

beforeAll(async () => {
  skerry = await createTestPlatform();
  acme = await skerry.createTenant("acme");
  for (const [name, source] of Object.entries({ "two-steps": TWO_STEPS, progress: PROGRESS, many: MANY })) {
    await acme.request("POST", "/api/v1/scripts", { name, type: "oneoff", source });
  }
});
afterAll(() => skerry[Symbol.asyncDispose]());

async function begin(name: string, input: unknown): Promise<string> {
  const { body } = await acme.request("POST", `/api/v1/scripts/${name}/execute`, { input, wait: false });
  return body.id;
}

interface ServerSentEvent {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: unknown;
}

interface EventReader extends AsyncDisposable {
  readonly response: Response;
  /** The next event; undefined when the stream has ended. */
  next(): Promise<ServerSentEvent | undefined>;
  rest(): Promise<ServerSentEvent[]>;
}

function createRequest(url: string, id: string, headers: Record<string, string> = {}): Request {
  return new Request(`${url}/api/v1/executions/${id}/logs`, {
    headers: { authorization: `Bearer ${acme.key}`, accept: "text/event-stream", ...headers },
  });
}

async function follow(id: string, headers?: Record<string, string>): Promise<EventReader> {
  return readEvents(await fetch(createRequest(skerry.url, id, headers)));
}

function readEvents(response: Response): EventReader {
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let text = "";

  async function next(): Promise<ServerSentEvent | undefined> {
    for (;;) {
      const end = text.indexOf("\n\n");
      if (end === -1) {
        const { value, done } = await reader.read();
        if (done) return undefined;
        text += decoder.decode(value, { stream: true });
        continue;
      }
      const fields = new Map(
        text
          .slice(0, end)
          .split("\n")
          .map((line) => line.split(/: (.*)/s, 2) as [string, string]),
      );
      text = text.slice(end + 2);
      const event = fields.get("event");
      if (event !== undefined) {
        return { event, id: fields.get("id"), data: JSON.parse(fields.get("data") ?? "") as unknown };
      }
    }
  }

  async function rest(): Promise<ServerSentEvent[]> {
    const events: ServerSentEvent[] = [];
    for (let event = await next(); event !== undefined; event = await next()) events.push(event);
    return events;
  }

  return { response, next, rest, [Symbol.asyncDispose]: () => reader.cancel() };
}

const FIRST = { event: "log", id: "0", data: { seq: 0, level: "info", message: "first" } };
const SECOND = { event: "log", id: "1", data: { seq: 1, level: "warn", message: "second", fields: null } };
const END = { event: "end", id: undefined, data: { status: "completed" } };

describe("a stream of logs", () => {
  test("brings lines while the execution runs, and its status at the end", async () => {
    const id = await begin("two-steps", { gate: "live" });
    await using events = await follow(id);
    expect(events.response.headers.get("content-type")).toBe("text/event-stream");
    expect(await events.next()).toMatchObject({ ...FIRST, data: { fields: { gate: "live" } } });
    expect((await acme.request("GET", `/api/v1/executions/${id}`)).body).toMatchObject({ status: "running" });
    const stored = await acme.request("GET", `/api/v1/executions/${id}/logs`);
    expect(stored.body.items).toMatchObject([{ message: "first" }]);

    await begin("two-steps", { gate: "live", open: true });
    expect(await events.rest()).toMatchObject([SECOND, END]);
  });

  test("of an ended execution is complete, in order, and resumed by the last event's id", async () => {
    const { body } = await acme.request("POST", "/api/v1/scripts/many/execute", { input: 1_200 });
    await using events = await follow(body.id);
    const all = await events.rest();
    const numbers = Array.from({ length: 1_200 }, (_, number) => number);
    expect(all.slice(0, -1).map(({ id, data }) => [id, (data as { message: string }).message])).toEqual(
      numbers.map((number) => [String(number), `line ${number}`]),
    );
    expect(all.at(-1)).toEqual(END);

    await using resumed = await follow(body.id, { "last-event-id": "1198" });
    expect(await resumed.rest()).toMatchObject([{ id: "1199" }, END]);
    await using again = await follow(body.id, { "last-event-id": "1199" });
    expect(await again.rest()).toEqual([END]);
  });

  test("follows an execution that runs on another node", async () => {
    const { database, pool, vault, quotas } = skerry;
    const logger = pino({ level: "silent" });
    await using other = await createPlatform({
      database,
      pool,
      vault,
      quotas,
      logger,
      operatorKey: OPERATOR_KEY,
    });
    const id = await begin("two-steps", { gate: "elsewhere" });
    await using events = readEvents(await other.fetch(createRequest("http://node", id)));
    expect(await events.next()).toMatchObject(FIRST);
    await begin("two-steps", { gate: "elsewhere", open: true });
    expect(await events.rest()).toMatchObject([SECOND, END]);
  });

  test("tells of progress, the last of it first to those who come late, and keeps it without secrets", async () => {
    await acme.request("PUT", "/api/v1/secrets/WORD", { value: "secret-value" });
    const half = { value: 0.5, message: "half of [secret WORD]", at: expect.any(String) as string };
    const id = await begin("progress", "closed");
    await using early = await follow(id);
    expect(await early.next()).toEqual({ event: "progress", id: undefined, data: half });
    await using late = await follow(id);
    expect(await late.next()).toMatchObject({ event: "progress", data: half });
    expect((await acme.request("GET", `/api/v1/executions/${id}`)).body).toMatchObject({
      status: "running",
      progress: half,
    });
    await acme.request("POST", `/api/v1/executions/${id}/cancel`);
    expect(await early.rest()).toMatchObject([{ event: "end", data: { status: "cancelled" } }]);
    const ended = await acme.request("POST", "/api/v1/scripts/progress/execute", { input: "open" });
    expect(ended.body).toMatchObject({
      output: "CAPABILITY_INPUT_INVALID",
      progress: { value: 1, message: "done" },
    });
  });

  test("ends without `end` when its node stops, and is resumed on another", async () => {
    const { database, pool, vault, quotas } = skerry;
    const logger = pino({ level: "silent" });
    await using other = await createPlatform({
      database,
      pool,
      vault,
      quotas,
      logger,
      operatorKey: OPERATOR_KEY,
      role: "web",
    });
    const id = await begin("two-steps", { gate: "stopping" });
    await using events = readEvents(await other.fetch(createRequest("http://node", id)));
    expect(await events.next()).toMatchObject(FIRST);
    await other.drain(0);
    expect(await events.rest()).toEqual([]);

    await begin("two-steps", { gate: "stopping", open: true });
    await using resumed = await follow(id, { "last-event-id": "0" });
    expect(await resumed.rest()).toMatchObject([SECOND, END]);
  });

  test("is one of at most 50 of a tenant, and gives its place back when the client leaves", async () => {
    const id = await begin("two-steps", { gate: "crowd" });
    const crowd = await Promise.all(Array.from({ length: 50 }, () => follow(id)));
    expect(crowd.map(({ response }) => response.status)).toEqual(crowd.map(() => 200));
    const refused = await fetch(createRequest(skerry.url, id));
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({ code: "CONCURRENCY_LIMIT" });

    await Promise.all(crowd.map((events) => events[Symbol.asyncDispose]()));
    await expect
      .poll(async () => {
        await using events = await follow(id);
        return events.response.status;
      })
      .toBe(200);
    await begin("two-steps", { gate: "crowd", open: true });
  });

  test("ends without `end` while the database is away, and gives its place back", async () => {
    const id = await begin("two-steps", { gate: "away" });
    const crowd = await Promise.all(Array.from({ length: 50 }, () => follow(id)));
    const { rows } = await skerry.database.pool.query<{ name: string }>("select current_database() as name");
    const name = rows[0]?.name ?? "";
    await asAdministrator(async (client) => {
      await client.query(`alter database ${name} connection limit 0`);
      await client.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", [name]);
    });
    const seen = await Promise.all(crowd.map((events) => events.rest()));
    await asAdministrator((client) => client.query(`alter database ${name} connection limit -1`));
    expect(seen.flat().filter(({ event }) => event !== "log")).toEqual([]);

    await begin("two-steps", { gate: "away", open: true });
    await using resumed = await follow(id, { "last-event-id": "0" });
    expect(await resumed.rest()).toMatchObject([SECOND, END]);
  });

  test.each([
    ["a last event that is no number", {}, { "last-event-id": "x" }],
    ["paging", { limit: "10" }, {}],
  ])("is refused with %s", async (_name, query, headers) => {
    const id = await begin("many", 1);
    const search = new URLSearchParams(query).toString();
    const path = `/api/v1/executions/${id}/logs?${search}`;
    const answer = await acme.request("GET", path, undefined, { accept: "text/event-stream", ...headers });
    expect(answer).toMatchObject({ status: 422, body: { code: "INPUT_INVALID" } });
  });
});

test("what an execution logged is kept when its node is lost", async () => {
  const id = await begin("two-steps", { gate: "lost" });
  await expect
    .poll(() =>
      skerry.database.kysely
        .selectFrom("execution_logs")
        .select("message")
        .where("execution_id", "=", id)
        .execute(),
    )
    .toEqual([{ message: "first" }]);
  await begin("two-steps", { gate: "lost", open: true });
});
