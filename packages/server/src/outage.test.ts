import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createDatabaseProxy } from "../test/database-proxy.ts";
import type { DatabaseProxy } from "../test/database-proxy.ts";
import { createTestDatabase } from "../test/database.ts";
import type { TestDatabase } from "../test/database.ts";
import { createTestPlatform } from "../test/platform.ts";
import type { Answer, TestClient, TestPlatform } from "../test/platform.ts";
import { openDatabase } from "./db/open.ts";
import { withTenant } from "./db/tenant-scope.ts";
import type { Execution } from "./executions/execution.ts";
import { createSite } from "./main/site.ts";
import { saveSecret } from "./secrets/repository.ts";

const OUTAGE_MS = process.env["SKERRY_TEST_LONG"] === undefined ? 3_000 : 30_000;
/** Longest wait for an answer while connections are refused: some ms, were it not for what else the machine does. */
const REFUSED_WITHIN_MS = 4_000;
/** After this it is asked whether the database is there at all, for five seconds. */
const ANSWER_MS = 500;
const SILENT_WITHIN_MS = ANSWER_MS + 5_000 + REFUSED_WITHIN_MS;
/** The connection that hears of changes is tried again every five seconds at least. */
const BACK_WITHIN = { timeout: 20_000, interval: 50 };

const SOURCES = {
  quick: ["oneoff", "export default (input) => input;"],
  token: ["embedded", "export default (_, ctx) => ctx.secrets.get('TOKEN');"],
  pricing: ["embedded", "export default (n) => n * 2;"],
  hello: ["http", "export default () => 'hello';"],
  gone: ["http", "export default () => 'still here';"],
  slow: [
    "oneoff",
    `export default async (input, ctx) => {
       ctx.log.info("first");
       await new Promise((resolve) => setTimeout(resolve, 1_000));
       ctx.log.info("second");
       return input;
     };`,
  ],
} as const;

let resources: AsyncDisposableStack;
/** Another node's way to the database, which stays. */
let direct: TestDatabase;
let proxy: DatabaseProxy;
let skerry: TestPlatform;
let acme: TestClient & { readonly key: string };

beforeAll(async () => {
  await using starting = new AsyncDisposableStack();
  direct = starting.use(await createTestDatabase());
  proxy = starting.use(await createDatabaseProxy(direct.url));
  const database = starting.use(await openDatabase({ url: proxy.url, answerMs: ANSWER_MS }));
  skerry = starting.use(await createTestPlatform({ database }));
  acme = await skerry.createTenant("acme");
  for (const [name, [type, source]] of Object.entries(SOURCES)) {
    const { status, text } = await acme.request("POST", "/api/v1/scripts", { name, type, source });
    if (status !== 201) throw new Error(`the script ${name} was not made: ${text}`);
  }
  resources = starting.move();
});
afterAll(() => resources[Symbol.asyncDispose]());

/** What is warm is in memory of this node. */
async function warmUp(): Promise<void> {
  await writeSecret("before");
  await vi.waitFor(async () => expect(await call("token")).toMatchObject(ok("before")), BACK_WITHIN);
  expect(await call("pricing", 1)).toMatchObject(ok(2));
  expect(await acme.request("GET", "/run/acme/hello")).toMatchObject({ status: 200, text: "hello" });
  expect(await acme.request("GET", "/run/acme/gone")).toMatchObject({ status: 200 });
  expect(await execute("quick", 1)).toMatchObject({ status: 200 });
}

function ok(output: unknown) {
  return { status: 200, body: { output } };
}

async function call(name: string, input: unknown = null): Promise<Answer<{ readonly output: unknown }>> {
  return await acme.request("POST", `/api/v1/scripts/${name}/call`, { input });
}

async function execute(
  name: string,
  input: unknown,
  more: object = {},
  headers: Record<string, string> = {},
): Promise<Answer<Execution>> {
  return await acme.request("POST", `/api/v1/scripts/${name}/execute`, { input, ...more }, headers);
}

async function writeSecret(value: string): Promise<void> {
  const owner = { tenantId: "acme", name: "TOKEN" };
  const encrypted = { ...owner, ...skerry.vault.encrypt(owner, value) };
  await withTenant(direct.database, "acme", (queries) => saveSecret(queries, encrypted, "user:other"));
}

/** Everything that a tenant and an operator may ask, as far as it needs the database. */
function askEverything(): Promise<Answer<unknown>>[] {
  const { operator } = skerry;
  const source = "export default () => 1;";
  return [
    acme.request("GET", "/api/v1/scripts"),
    acme.request("GET", "/api/v1/scripts/quick"),
    acme.request("POST", "/api/v1/scripts", { name: "written", type: "oneoff", source }),
    acme.request("PUT", "/api/v1/scripts/quick/draft", { source }),
    acme.request("GET", "/api/v1/executions"),
    acme.request("GET", "/api/v1/limits"),
    acme.request("GET", "/api/v1/audit"),
    acme.request("PUT", "/api/v1/secrets/OTHER", { value: "other" }),
    acme.request("POST", "/api/v1/session", {
      tenant: "acme",
      email: "ada@example.org",
      password: "12345678",
    }),
    skerry.client("sk_nobody_knows_this_key_0123456789abcdef").request("GET", "/api/v1/scripts"),
    operator.request("GET", "/api/v1/tenants"),
    operator.request("POST", "/api/v1/tenants", { id: "late", name: "Late" }),
    execute("quick", 2),
    execute("quick", 2, { wait: false }),
    execute("quick", 2, {}, { "idempotency-key": "asked-during-the-outage" }),
  ];
}

async function measure<Result>(work: Promise<Result>): Promise<{ answer: Result; ms: number }> {
  const begin = performance.now();
  const answer = await work;
  return { answer, ms: performance.now() - begin };
}

/** Reads a stream of logs to its end. `onText` is given what came so far. */
async function readLogStream(
  id: string,
  { lastEventId, onText }: { lastEventId?: string; onText?: (text: string) => void } = {},
): Promise<string> {
  const resume = lastEventId === undefined ? {} : { "last-event-id": lastEventId };
  const headers = { authorization: `Bearer ${acme.key}`, accept: "text/event-stream", ...resume };
  const { body } = await fetch(`${skerry.url}/api/v1/executions/${id}/logs`, { headers });
  let text = "";
  for await (const part of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += part;
    onText?.(text);
  }
  return text;
}

describe("while the database is gone", () => {
  test(
    "requests fail clearly, what runs goes on, and all is well afterwards",
    { timeout: 120_000 },
    async () => {
      await warmUp();
      const running = execute("slow", 7, {}, { "idempotency-key": "begun-before-the-outage" });
      const { body: detached } = await execute("slow", 8, { wait: false });
      let told = "";
      const stream = readLogStream(detached.id, { onText: (text) => (told = text) });
      void Promise.allSettled([running, stream]);
      await vi.waitFor(async () => {
        const { items } = (await acme.request("GET", `/api/v1/executions/${detached.id}/logs`)).body;
        expect(items).toMatchObject([{ message: "first" }]);
        expect(told).toContain("first");
      }, BACK_WITHIN);

      // What is being told when the connection goes may count twice.
      await skerry.quotas.settle();
      await proxy.cut();
      const cutAt = performance.now();
      for (const { answer, ms } of await Promise.all(askEverything().map(measure))) {
        expect(answer).toMatchObject({ status: 503, body: { code: "STORAGE_UNAVAILABLE" } });
        expect(answer.headers.get("retry-after")).toBe("1");
        expect(ms).toBeLessThan(REFUSED_WITHIN_MS);
      }
      const site = createSite(skerry);
      expect((await site(new Request("http://node/health"))).status).toBe(200);
      expect((await site(new Request("http://node/ready"))).status).toBe(503);
      expect(await acme.request("GET", "/run/acme/hello")).toMatchObject({ status: 200, text: "hello" });
      expect(await call("pricing", 21)).toMatchObject(ok(42));
      expect(await stream).toContain("first");
      expect(await stream).not.toContain("event: end");
      expect(await running).toMatchObject({ status: 200, body: { status: "completed", output: 7 } });

      await changeOnAnotherNode();
      await sleep(OUTAGE_MS - (performance.now() - cutAt));
      await proxy.restore();

      await vi.waitFor(async () => {
        expect(await acme.request("GET", "/api/v1/scripts")).toMatchObject({ status: 200 });
      }, BACK_WITHIN);
      await vi.waitFor(expectChangesOfAnotherNode, BACK_WITHIN);
      await expectHistory(detached.id);
      await expectNothingHalfDone();
    },
  );

  test("and says nothing, requests fail as clearly, and go on when it speaks again", async () => {
    proxy.silence();
    const source = "export default () => 1;";
    const asked: readonly Promise<Answer<unknown>>[] = [
      acme.request("GET", "/api/v1/scripts"),
      acme.request("POST", "/api/v1/scripts", { name: "written", type: "oneoff", source }),
      execute("quick", 2),
    ];
    for (const { answer, ms } of await Promise.all(asked.map(measure))) {
      expect(answer).toMatchObject({ status: 503, body: { code: "STORAGE_UNAVAILABLE" } });
      expect(ms).toBeLessThan(SILENT_WITHIN_MS);
    }
    await proxy.restore();
    await vi.waitFor(async () => {
      expect(await execute("quick", 3)).toMatchObject({ status: 200 });
    }, BACK_WITHIN);
  });

  test("a node ends all the same", async () => {
    await using ownProxy = await createDatabaseProxy(direct.url);
    const database = await openDatabase({ url: ownProxy.url });
    const node = await createTestPlatform({ database });
    await ownProxy.cut();
    const close = async () => {
      await node[Symbol.asyncDispose]();
      await database.close();
    };
    const { ms } = await measure(close());
    expect(ms).toBeLessThan(10_000);
  });
});

async function changeOnAnotherNode(): Promise<void> {
  const { kysely } = direct.database;
  await writeSecret("after");
  await kysely.updateTable("scripts").set({ status: "disabled" }).where("name", "=", "pricing").execute();
  await kysely.deleteFrom("endpoint_routes").where("path", "=", "/gone").execute();
  const quotas = JSON.stringify({ outboundCallsPerMonth: 4321 });
  await kysely.updateTable("tenants").set({ quotas }).execute();
}

async function expectChangesOfAnotherNode(): Promise<void> {
  expect(await call("token")).toMatchObject(ok("after"));
  expect(await call("pricing", 1)).toMatchObject({ status: 409, body: { code: "SCRIPT_DISABLED" } });
  expect(await acme.request("GET", "/run/acme/gone")).toMatchObject({ status: 404 });
  const { body } = await acme.request<{ readonly quotas: object }>("GET", "/api/v1/limits");
  expect(body.quotas).toMatchObject({ outboundCallsPerMonth: { limit: 4321 } });
}

async function expectHistory(detachedId: string): Promise<void> {
  await vi.waitFor(async () => {
    const execution = await acme.request("GET", `/api/v1/executions/${detachedId}`);
    expect(execution.body).toMatchObject({ status: "completed", output: 8 });
  }, BACK_WITHIN);
  const resumed = await readLogStream(detachedId, { lastEventId: "0" });
  expect(resumed).toContain("second");
  expect(resumed).toContain("event: end");
  expect(resumed).not.toContain("first");
  // What ran on during the outage is there too.
  const { rows } = await direct.database.pool.query<{ trigger: string; status: string }>(
    `select trigger, status from skerry.executions where output::text in ('42', '7', '8') order by 1`,
  );
  expect(rows).toEqual([
    { trigger: "api", status: "completed" },
    { trigger: "api", status: "completed" },
    { trigger: "call", status: "completed" },
  ]);
}

async function expectNothingHalfDone(): Promise<void> {
  expect(await acme.request("GET", "/api/v1/scripts/written")).toMatchObject({ status: 404 });
  expect(await skerry.operator.request("GET", "/api/v1/tenants/late")).toMatchObject({ status: 404 });
  const again = () => execute("quick", 2, {}, { "idempotency-key": "asked-during-the-outage" });
  const first = await again();
  expect(first).toMatchObject({ status: 200 });
  expect((await again()).body.id).toBe(first.body.id);

  // The answer was given, but could not be kept: the key is taken until its claim lapses.
  const repeat = () => execute("slow", 7, {}, { "idempotency-key": "begun-before-the-outage" });
  expect(await repeat()).toMatchObject({ status: 409, body: { code: "IDEMPOTENCY_IN_PROGRESS" } });
  await direct.database.pool.query("update skerry.idempotency_keys set claimed_until = now()");
  expect(await repeat()).toMatchObject({ status: 200 });

  await vi.waitFor(async () => {
    await skerry.quotas.settle();
    const { executionsPerMonth, concurrentExecutions } = await skerry.quotas.remaining("acme");
    const { count } = await direct.database.kysely
      .selectFrom("executions")
      .select(({ fn }) => fn.countAll<number>().as("count"))
      .executeTakeFirstOrThrow();
    expect(concurrentExecutions.used).toBe(0);
    expect(executionsPerMonth.used).toBe(count);
  }, BACK_WITHIN);
}
