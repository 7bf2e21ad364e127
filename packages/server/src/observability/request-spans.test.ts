import { SpanStatusCode } from "@opentelemetry/api";
import { afterAll, expect, test } from "vitest";
import { createTestTracing } from "../../test/tracing.ts";
import { nameRoute, traceRequest } from "./request-spans.ts";

const traces = createTestTracing();
afterAll(() => traces[Symbol.asyncDispose]());

test("neither methods that somebody made up nor paths become names of spans", async () => {
  const request = new Request("https://skerry.example/run/acme/secret", { method: "MADEUP1" });
  const response = await traceRequest(traces.tracing, request, () =>
    Promise.resolve(new Response(null, { status: 404 })),
  );
  expect(response.status).toBe(404);
  const [span] = traces.spans();
  expect([span?.name, span?.status.code, span?.attributes]).toEqual([
    "HTTP",
    SpanStatusCode.UNSET,
    { "http.request.method": "_OTHER", "url.scheme": "https", "http.response.status_code": 404 },
  ]);
});

test("a failure of the installation is an error of its span", async () => {
  const request = new Request("http://skerry.example/api/v1/scripts/7");
  await traceRequest(traces.tracing, request, (span) => {
    nameRoute(span, request, "/api/v1/scripts/:script");
    return Promise.resolve(new Response(null, { status: 503 }));
  });
  const span = traces.spans().at(-1);
  expect(span?.name).toBe("GET /api/v1/scripts/{script}");
  expect(span?.status).toEqual({ code: SpanStatusCode.ERROR, message: "503" });
});
