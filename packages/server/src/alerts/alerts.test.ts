import { createHmac, randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { text } from "node:stream/consumers";
import { sql } from "kysely";
import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { ask, ONCE, publish, subscribe } from "../../test/event-client.ts";
import type { ListBody } from "../../test/event-client.ts";
import { serveHttp } from "../../test/http/servers.ts";
import type { LocalServer } from "../../test/http/servers.ts";
import { serveMail } from "../../test/mail-server.ts";
import type { MailServer } from "../../test/mail-server.ts";
import { createTestPlatform, OPERATOR_KEY } from "../../test/platform.ts";
import type { TestClient, TestPlatform } from "../../test/platform.ts";
import { withPlatform } from "../db/tenant-scope.ts";
import { MAX_EVENT_DEPTH } from "../events/publisher.ts";
import type { Job } from "../jobs/job.ts";
import { createPlatform } from "../platform.ts";
import type { PlatformOptions } from "../platform.ts";
import { tellUndelivered } from "./delivery.ts";

/** A message as the receiver got it. */
interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly data: {
    readonly script: string;
    readonly leftOut: number;
    readonly error: { readonly message: string };
  };
}

/** Payload of the events that tell of failures. */
interface Alarm {
  readonly channel: string;
  readonly attempts: number;
  readonly error: { readonly code: string };
}

const FAILING = "export default (payload) => { throw new Error(`no ${payload.total}`); };";
const WAIT = { timeout: 20_000, interval: 25 };

let skerry: TestPlatform;
let receiver: LocalServer;
let mails: MailServer;
let received: Received[] = [];
/** Statuses of the next answers; then 204. */
let answers: number[] = [];

/** What all nodes of these tests have in common. */
function nodeOptions() {
  return {
    baseUrl: "https://scripts.example.com",
    mail: { smtpUrl: mails.url, from: "skerry@example.com" },
    egress: {
      allow: () => [{ host: "hooks.test", port: receiver.port }],
      lookup: () => Promise.resolve(["127.0.0.1"]),
    },
  } satisfies Partial<PlatformOptions>;
}

beforeAll(async () => {
  receiver = await serveHttp(async (request, response) => {
    const body = await text(request);
    const { data } = JSON.parse(body) as Pick<Received, "data">;
    received.push({ path: request.url ?? "", headers: request.headers, body, data });
    response.writeHead(answers.shift() ?? 204).end();
  });
  mails = await serveMail();
  skerry = await createTestPlatform(nodeOptions());
});
afterAll(async () => {
  await skerry[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
  await mails[Symbol.asyncDispose]();
});
beforeEach(() => {
  received = [];
  answers = [];
});

function hookAt(path: string, secret?: string) {
  return { url: `http://hooks.test:${receiver.port}${path}`, ...(secret && { secret }) };
}

async function listAlarms(client: TestClient, type: string): Promise<readonly Alarm[]> {
  const { items } = await ask<ListBody<{ readonly id: string }>>(
    client,
    "GET",
    `/events?type=${type}&limit=100`,
  );
  return await Promise.all(
    items.map(async ({ id }) => (await ask<{ payload: Alarm }>(client, "GET", `/events/${id}`)).payload),
  );
}

/** Makes time pass between messages. */
async function closeWindows(): Promise<void> {
  await sql`update skerry.alert_windows set opened_at = opened_at - interval '5 minutes'`.execute(
    skerry.database.kysely,
  );
}

describe("a script that is given up", () => {
  test("has its webhook told, signed, without secrets and stacks", async () => {
    const client = await skerry.createTenant("signed");
    const key = Buffer.from("a key of more than 24 bytes").toString("base64");
    await ask(client, "PUT", "/secrets/HOOK", { value: `whsec_${key}` });
    await ask(client, "PUT", "/secrets/TOKEN", { value: "do-not-tell-anybody" });
    const source = `export default async (_, ctx) => { throw new Error("with " + await ctx.secrets.get("TOKEN")); };`;
    const settings = {
      events: ["order.*"],
      retry: { attempts: 2, backoffMs: 10 },
      onFailure: { webhook: hookAt("/signed", "HOOK") },
    };
    const scriptId = await subscribe(client, "handle", source, settings);
    const [eventId = ""] = await publish(client, { type: "order.do-not-tell-anybody", payload: null });
    await vi.waitFor(() => expect(received).toHaveLength(1), WAIT);

    const [{ headers, body } = received[0] as Received] = received;
    const { timestamp, ...message } = JSON.parse(body) as {
      readonly timestamp: string;
      readonly data: object;
    };
    expect(Date.now() - Date.parse(timestamp)).toBeLessThan(60_000);
    const data = {
      tenantId: "signed",
      scriptId,
      script: "handle",
      version: 1,
      trigger: "event",
      event: { id: eventId, type: "order.[secret TOKEN]" },
      executionId: expect.any(String),
      executionUrl: expect.stringMatching(
        /^https:\/\/scripts\.example\.com\/t\/signed\/executions\/[0-9a-f-]{36}$/,
      ),
      error: { code: "SCRIPT_ERROR", message: expect.stringContaining("with [secret TOKEN]") },
      attempts: 2,
      leftOut: 0,
    };
    expect(message).toEqual({ type: "script.failed", data });
    expect(body).not.toMatch(/do-not-tell|stack|\bat /);

    const signed = [headers["webhook-id"], headers["webhook-timestamp"], body].join(".");
    const digest = createHmac("sha256", Buffer.from(key, "base64")).update(signed).digest("base64");
    expect(headers).toMatchObject({
      "content-type": "application/json",
      "webhook-signature": `v1,${digest}`,
    });
  });

  test("is told of again under the same id by a receiver that fails", async () => {
    const client = await skerry.createTenant("stubborn");
    answers = [500, 503];
    const onFailure = { webhook: hookAt("/stubborn") };
    await subscribe(client, "handle", FAILING, { events: ["order"], retry: ONCE, onFailure });
    await publish(client, { type: "order" });
    await vi.waitFor(() => expect(received).toHaveLength(3), WAIT);
    expect(new Set(received.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    expect(new Set(received.map(({ body }) => body)).size).toBe(1);
    expect(received.every(({ headers }) => headers["webhook-signature"] === undefined)).toBe(true);
    expect(await listAlarms(client, "alert.failed")).toEqual([]);
  });

  test("tells by an event what could not be delivered", async () => {
    const client = await skerry.createTenant("unheard");
    const settings = { events: ["order"], retry: ONCE };
    const local = { webhook: { url: `http://localhost:${receiver.port}/` } };
    await subscribe(client, "local", FAILING, { ...settings, onFailure: local });
    const unsigned = { webhook: hookAt("/unsigned", "NOT_THERE") };
    await subscribe(client, "unsigned", FAILING, { ...settings, onFailure: unsigned });
    await publish(client, { type: "order" });
    await vi.waitFor(async () => expect(await listAlarms(client, "alert.failed")).toHaveLength(2), WAIT);
    const alarms = await listAlarms(client, "alert.failed");
    expect(alarms.map(({ error }) => error.code).toSorted()).toEqual([
      "HTTP_DESTINATION_REFUSED",
      "SECRET_NOT_FOUND",
    ]);
    expect(alarms[0]).toMatchObject({ channel: "webhook", attempts: 1 });
    expect(received).toEqual([]);
  });

  test("has each address told by a mail of its own", async () => {
    const client = await skerry.createTenant("mailing");
    const email = ["ops@example.com", "dev@example.com"];
    const script = { name: "nightly", type: "oneoff", source: FAILING, settings: { onFailure: { email } } };
    await ask(client, "POST", "/scripts", script);
    await ask(client, "POST", "/scripts/nightly/execute", { wait: false, input: { total: 9 } });
    await vi.waitFor(() => expect(mails.received).toHaveLength(2), WAIT);
    expect(mails.received.map(({ to }) => to)).toEqual(expect.arrayContaining(email.map((to) => [to])));
    for (const mail of mails.received) {
      expect(mail.headers.get("subject")).toBe("nightly failed: SCRIPT_ERROR");
      expect(mail.text).toContain("no 9");
      expect(mail.text).toContain("https://scripts.example.com/t/mailing/executions/");
    }
  });
});

describe("messages of one script", () => {
  test("come once in a window over two nodes, and the next one counts those that were left out", async () => {
    const client = await skerry.createTenant("noisy");
    const { database, pool, vault, quotas } = skerry;
    const logger = pino({ level: "silent" });
    const shared = { database, pool, vault, quotas, logger, operatorKey: OPERATOR_KEY };
    await using _node = await createPlatform({ ...shared, ...nodeOptions() });
    const onFailure = { webhook: hookAt("/noisy"), email: ["noise@example.com"] };
    await subscribe(client, "handle", FAILING, { events: ["order"], retry: ONCE, onFailure });

    const failures = 24;
    await publish(
      client,
      Array.from({ length: failures }, (_, total) => ({ type: "order", payload: { total } })),
    );
    await vi.waitFor(
      async () => expect(await listAlarms(client, "script.failed")).toHaveLength(failures),
      WAIT,
    );
    await vi.waitFor(() => expect(received).toHaveLength(1), WAIT);
    await closeWindows();
    await publish(client, { type: "order", payload: { total: failures } });
    await vi.waitFor(() => expect(received).toHaveLength(2), WAIT);
    expect(received.map(({ data }) => data.leftOut)).toEqual([0, failures - 1]);
    const noise = () => mails.received.filter(({ to }) => to.includes("noise@example.com"));
    await vi.waitFor(() => expect(noise()).toHaveLength(2), WAIT);
    expect(noise().at(-1)?.text).toContain(`since the last message: ${failures - 1}`);
  });
});

test("a circle of events and alerts ends", async () => {
  const client = await skerry.createTenant("circular");
  const scriptId = randomUUID();
  const tellAt = (depth: number) =>
    withPlatform(skerry.database, (queries) =>
      tellUndelivered(queries, {
        ...({ tenantId: "circular", failures: [] } as unknown as Job),
        payload: { channel: "webhook", depth, alert: { scriptId, executionId: randomUUID() } },
      }),
    );
  await tellAt(MAX_EVENT_DEPTH + 1);
  expect(await listAlarms(client, "alert.failed")).toEqual([]);
  await tellAt(MAX_EVENT_DEPTH);
  expect(await listAlarms(client, "alert.failed")).toHaveLength(1);
});

describe("settings", () => {
  let client: TestClient;
  beforeAll(async () => {
    client = await skerry.createTenant("refusing");
  });

  test.each([
    ["nobody", {}],
    ["a scheme that is no web's", { webhook: { url: "ftp://example.com/" } }],
    ["a password in the URL", { webhook: { url: "https://me:secret@example.com/" } }],
    [
      "a secret by its value",
      { webhook: { url: "https://example.com/", secret: "whsec_C2FVsBQIhrscChlQIMV+b5s" } },
    ],
    ["two addresses in one", { email: ["ops@example.com, victim@example.com"] }],
    ["a line break", { email: ["ops@example.com\r\nBcc: victim@example.com"] }],
    ["an address twice", { email: ["ops@example.com", "ops@example.com"] }],
    ["too short a window", { email: ["ops@example.com"], throttleMs: 1_000 }],
  ])("with %s are refused", async (_, onFailure) => {
    const script = { name: "x", type: "oneoff", source: FAILING, settings: { onFailure } };
    const { status, body } = await client.request("POST", "/api/v1/scripts", script);
    expect({ status, body }).toMatchObject({ status: 422, body: { code: "INPUT_INVALID" } });
    expect(body.errors[0]?.path).toMatch(/^settings\.onFailure/);
  });

  test("ask for e-mail only where it is sent", async () => {
    await using silent = await createTestPlatform();
    const tenant = await silent.createTenant("silent");
    const settings = { onFailure: { email: ["ops@example.com"] } };
    const script = { name: "nightly", type: "oneoff", source: FAILING, settings };
    const refused = await tenant.request("POST", "/api/v1/scripts", script);
    expect(refused).toMatchObject({
      status: 422,
      body: { detail: expect.stringContaining("SMTP_URL and SKERRY_MAIL_FROM") },
    });
    await ask(tenant, "POST", "/scripts", { ...script, settings: {} });
    const changed = await tenant.request("PATCH", "/api/v1/scripts/nightly", { settings });
    expect(changed.status).toBe(422);
  });
});
