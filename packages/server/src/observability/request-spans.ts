import { SpanKind } from "@opentelemetry/api";
import type { Span } from "@opentelemetry/api";
import { endSpan } from "./tracing.ts";
import type { Tracing } from "./tracing.ts";

/** Others are `_OTHER`, so that nobody can make up names (semantic conventions, HTTP spans). */
const METHODS: ReadonlySet<string> = new Set(
  "CONNECT DELETE GET HEAD OPTIONS PATCH POST PUT QUERY TRACE".split(" "),
);

function methodOf({ method }: Request): string {
  return METHODS.has(method) ? method : "_OTHER";
}

/** Answers a request within a span of its own. `answer` gives the span its route and must not reject. */
export async function traceRequest(
  tracing: Tracing,
  request: Request,
  answer: (span: Span) => Promise<Response>,
): Promise<Response> {
  const span = tracing.startRequestSpan("HTTP", SpanKind.SERVER, request.headers);
  if (!span.isRecording()) return await answer(span);
  const method = methodOf(request);
  span.updateName(method === "_OTHER" ? "HTTP" : method);
  const scheme = request.url.slice(0, request.url.indexOf(":"));
  span.setAttributes({ "http.request.method": method, "url.scheme": scheme });
  const response = await answer(span);
  span.setAttribute("http.response.status_code", response.status);
  // What the sender did wrong is no error of ours.
  endSpan(span, response.status >= 500 ? String(response.status) : undefined);
  return response;
}

/** Tells a request's span which route it takes: a template, whose parameters may be written as `:name`, never the path. */
export function nameRoute(span: Span, request: Request, template: string, tenant?: string): void {
  if (!span.isRecording()) return;
  const route = template.replaceAll(/:(\w+)/g, "{$1}");
  const method = methodOf(request);
  span.updateName(`${method === "_OTHER" ? "HTTP" : method} ${route}`);
  span.setAttribute("http.route", route);
  if (tenant !== undefined) span.setAttribute("skerry.tenant", tenant);
}
