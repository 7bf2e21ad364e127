import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { diag, DiagLogLevel, SpanKind, SpanStatusCode } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createTestPlatform } from "../../test/platform.ts";
import type { TestClient, TestPlatform } from "../../test/platform.ts";
import { createTracedScripts } from "../../test/traced-scripts.ts";
import { createTestTracing } from "../../test/tracing.ts";
import type { TestTracing } from "../../test/tracing.ts";
import { allowInternalHosts } from "../capabilities/http/internal-hosts.ts";
import { SPANS } from "./spans.ts";
import type { SpanDefinition } from "./spans.ts";

const SECRET_VALUE = "a-value-that-no-span-may-hold";

let parts: AsyncDisposableStack;
let traces: TestTracing;
let skerry: TestPlatform;
let acme: TestClient & { readonly key: string };
const received: IncomingHttpHeaders[] = [];
const logged: Record<string, unknown>[] = [];
/** What OpenTelemetry finds wrong with how it is used. */
const complaints: string[] = [];

beforeAll(async () => {
  await using starting = new AsyncDisposableStack();
  const keepComplaint = (message: string): void => void complaints.push(message);
  const complain = { error: keepComplaint, warn: keepComplaint, info() {}, debug() {}, verbose() {} };
  diag.setLogger(complain, { logLevel: DiagLogLevel.WARN });
  starting.defer(() => diag.disable());
  const server = createServer((request, response) => {
    received.push(request.headers);
    response.end("thank you");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  starting.defer(() => void server.close());
  const { port } = server.address() as AddressInfo;
  traces = starting.use(createTestTracing());
  const keep = { write: (line: string) => void logged.push(JSON.parse(line) as Record<string, unknown>) };
  skerry = starting.use(
    await createTestPlatform({
      tracing: traces.tracing,
      logger: pino({ level: "debug", base: null }, keep),
      egress: {
        allow: allowInternalHosts([{ name: "partner.internal", address: "127.0.0.1", port }]),
        ports: [port],
      },
    }),
  );
  acme = await skerry.createTenant("acme");
  const partner = `http://partner.internal:${port}/hooks/${SECRET_VALUE}?key=${SECRET_VALUE}`;
  for (const script of createTracedScripts(partner, SECRET_VALUE)) {
    const { status, text } = await acme.request("POST", "/api/v1/scripts", script);
    if (status !== 201) throw new Error(`a script was not made: ${text}`);
  }
  parts = starting.move();
});
afterAll(() => parts.disposeAsync());

function nameTrace() {
  const traceId = randomBytes(16).toString("hex");
  return { traceId, traceparent: `00-${traceId}-00f067aa0ba902b7-00` };
}

/** Each span as `name`, with those below it. */
interface Tree {
  readonly [name: string]: Tree;
}

function drawTree(spans: readonly ReadableSpan[], parent: string): Tree {
  const children = spans.filter(({ parentSpanContext }) => parentSpanContext?.spanId === parent);
  return Object.fromEntries(children.map((span) => [span.name, drawTree(spans, span.spanContext().spanId)]));
}

const ended = (traceId: string, name: string): readonly ReadableSpan[] =>
  traces.spansOf(traceId).filter((span) => span.name === name);

describe("one trace", () => {
  test("goes from a request through event, queue, runner and calls to another server", async () => {
    const { traceId, traceparent } = nameTrace();
    const headers = { traceparent, tracestate: "shop=42" };
    const answer = await acme.request("POST", `/run/acme/orders/${SECRET_VALUE}?q=1`, "{}", headers);
    expect(answer.text).toBe("ordered");
    await vi.waitFor(() => expect(ended(traceId, "process execution")).toHaveLength(1));

    const execution = { "acquire runner": {} };
    expect(drawTree(traces.spansOf(traceId), "00f067aa0ba902b7")).toEqual({
      "POST /run/{tenantId}/orders/{id}": {
        "execute script": {
          ...execution,
          "events.publish": {
            "send execution": {
              "process execution": {
                "execute script": {
                  ...execution,
                  "http.request": {},
                  "scripts.call": { "execute script": { ...execution, "cache.set": {} } },
                },
              },
            },
          },
        },
      },
    });
    const [request] = ended(traceId, "http.request");
    const sent = received.at(-1);
    expect(sent?.["traceparent"]).toBe(`00-${traceId}-${request?.spanContext().spanId}-01`);
    expect(sent?.["tracestate"]).toBe("shop=42");

    const id = answer.headers.get("skerry-execution-id");
    const first = await acme.request<{ traceId: string }>("GET", `/api/v1/executions/${id}`);
    const all = await acme.request<{ items: { trigger: string; traceId: string }[] }>(
      "GET",
      "/api/v1/executions",
    );
    const ofTrace = all.body.items.filter((item) => item.traceId === traceId).map(({ trigger }) => trigger);
    expect([first.body.traceId, ...ofTrace.sort()]).toEqual([traceId, "call", "event", "http"]);
    const headersOfPage = { authorization: `Bearer ${acme.key}` };
    const page = await fetch(`${skerry.url}/t/acme/executions/${id}`, { headers: headersOfPage });
    expect(await page.text()).toContain(`data-copy="${traceId}"`);
  });

  test("tells what it is about in the words of the conventions, and nothing of what was said", async () => {
    const { traceId, traceparent } = nameTrace();
    await acme.request("POST", "/run/acme/orders/7", SECRET_VALUE, { traceparent });
    await vi.waitFor(() => expect(ended(traceId, "process execution")).toHaveLength(1));
    const attributes = Object.fromEntries(
      traces.spansOf(traceId).map((span) => [span.name, span.attributes]),
    );
    expect(attributes).toMatchObject({
      "POST /run/{tenantId}/orders/{id}": {
        "http.request.method": "POST",
        "http.route": "/run/{tenantId}/orders/{id}",
        "http.response.status_code": 200,
        "skerry.tenant": "acme",
      },
      "acquire runner": { "skerry.runner.source": "hit" },
      "events.publish": { "messaging.system": "skerry", "messaging.destination.name": "order.created" },
      "process execution": { "messaging.operation.type": "process", "skerry.job.attempt": 1 },
      "http.request": {
        "http.request.method": "GET",
        "http.response.status_code": 200,
        "server.address": "partner.internal",
      },
    });
    const kinds = Object.fromEntries(traces.spansOf(traceId).map(({ name, kind }) => [name, kind]));
    expect(kinds).toMatchObject({
      "events.publish": SpanKind.PRODUCER,
      "send execution": SpanKind.PRODUCER,
      "process execution": SpanKind.CONSUMER,
      "http.request": SpanKind.CLIENT,
    });
    expect(
      JSON.stringify(
        traces.spans().map(({ name, attributes: told, events, status }) => [name, told, events, status]),
      ),
    ).not.toContain(SECRET_VALUE);
  });

  test("begins anew at a request that names none or nonsense", async () => {
    for (const traceparent of ["", "00-nonsense", `00-${"0".repeat(32)}-00f067aa0ba902b7-01`]) {
      const answer = await acme.request("POST", "/run/acme/orders/7", "", { traceparent });
      expect(answer.status).toBe(200);
      const id = answer.headers.get("skerry-execution-id");
      const { body } = await acme.request<{ traceId: string }>("GET", `/api/v1/executions/${id}`);
      const root = traces.spansOf(body.traceId).find(({ kind }) => kind === SpanKind.SERVER);
      expect(root?.parentSpanContext).toBeUndefined();
    }
  });

  test("is one tenant's: what another one publishes is in another", async () => {
    const globex = await skerry.createTenant("globex");
    await globex.request("POST", "/api/v1/scripts", {
      name: "tell",
      type: "event",
      source: "export default () => 1;",
      settings: { events: ["order.*"] },
    });
    const [one, other] = [nameTrace(), nameTrace()];
    const event = { type: "order.created", id: "order-1" };
    await Promise.all([
      acme.request("POST", "/api/v1/events", event, { traceparent: one.traceparent }),
      globex.request("POST", "/api/v1/events", event, { traceparent: other.traceparent }),
    ]);
    for (const [{ traceId }, tenant] of [
      [one, "acme"],
      [other, "globex"],
    ] as const) {
      await vi.waitFor(() => expect(ended(traceId, "process execution")).toHaveLength(1));
      const tenants = traces.spansOf(traceId).map(({ attributes }) => attributes["skerry.tenant"]);
      expect(new Set(tenants.filter((each) => each !== undefined))).toEqual(new Set([tenant]));
      expect(ended(traceId, "POST /api/v1/events")).toHaveLength(1);
    }
  });

  test("leaves a traceparent alone that a script has set itself", async () => {
    const { traceparent } = nameTrace();
    const { body } = await acme.request("POST", "/api/v1/scripts/own/execute", { input: traceparent });
    expect(body).toMatchObject({ status: "completed", output: 200 });
    expect(received.at(-1)?.["traceparent"]).toBe(traceparent);
  });
});

test("every span and attribute is in the table", async () => {
  const known = new Map<string, SpanDefinition>(
    Object.values(SPANS).map((span) => [span.name.replaceAll(/\{\w+\}/g, ".+"), span]),
  );
  expect(traces.spans().length).toBeGreaterThan(20);
  for (const { name, kind, attributes } of traces.spans()) {
    const fits = [...known].filter(
      ([pattern, span]) => new RegExp(`^${pattern}$`).test(name) && SpanKind[kind] === span.kind,
    );
    const allowed = new Set(fits.flatMap(([, span]) => span.attributes));
    const strangers = Object.keys(attributes).filter((attribute) => !allowed.has(attribute));
    expect({ name, strangers }).toEqual({ name, strangers: [] });
  }
  expect(complaints).toEqual([]);
});

describe("the log", () => {
  test.each([
    ["broken", { status: "failed", code: "SCRIPT_ERROR" }],
    ["endless", { status: "timeout", code: "CPU_LIMIT" }],
  ])("tells tenant, script and execution, and where to find its trace: %s", async (script, how) => {
    const { traceId, traceparent } = nameTrace();
    const { body } = await acme.request<{ id: string; scriptId: string }>(
      "POST",
      `/api/v1/scripts/${script}/execute`,
      {},
      { traceparent },
    );
    const span = ended(traceId, "execute script")[0];
    const line = { tenant: "acme", script: body.scriptId, execution: body.id, trace_id: traceId };
    expect(span?.status).toEqual({ code: SpanStatusCode.ERROR, message: how.code });
    expect(logged.filter(({ execution }) => execution === body.id)).toEqual([
      expect.objectContaining({ ...line, ...how, span_id: span?.spanContext().spanId, level: 20 }),
    ]);
  });

  test("warns where a runner was lost", async () => {
    const { traceId, traceparent } = nameTrace();
    const running = acme.request<{ id: string; error: { code: string } }>(
      "POST",
      "/api/v1/scripts/patient/execute",
      { input: 15_000 },
      { traceparent },
    );
    const runner = await vi.waitFor(() => {
      const busy = skerry.pool.runners().find(({ tenant, load }) => tenant === "acme" && load > 0);
      expect(busy?.pid).toBeDefined();
      return busy?.pid ?? 0;
    });
    process.kill(runner, "SIGKILL");
    const { body } = await running;
    expect(logged.filter(({ execution }) => execution === body.id)).toEqual([
      expect.objectContaining({ level: 40, tenant: "acme", code: body.error.code, trace_id: traceId }),
    ]);
  });

  test("has nothing of what scripts said", () => {
    expect(JSON.stringify(logged)).not.toContain(SECRET_VALUE);
  });
});
