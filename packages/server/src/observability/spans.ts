/** What a span of Skerry is called, of which kind it is, and every attribute that it may have. */
export interface SpanDefinition {
  /** Braces stand for what differs, out of small sets. */
  readonly name: string;
  readonly kind: "SERVER" | "CLIENT" | "PRODUCER" | "CONSUMER" | "INTERNAL";
  readonly covers: string;
  readonly attributes: readonly string[];
}

/**
 * Every span. Attributes with names of OpenTelemetry's semantic conventions (1.43.0) mean what is said there. No span has
 * an input, an output, a header, a query string, a parameter of SQL or a value of a secret.
 */
export const SPANS = {
  request: {
    name: "{method} {route}",
    kind: "SERVER",
    covers: "a request, until its response begins",
    attributes: [
      "http.request.method",
      "http.route",
      "http.response.status_code",
      "url.scheme",
      "error.type",
      "skerry.tenant",
    ],
  },
  call: {
    name: "call script",
    kind: "INTERNAL",
    covers: "`skerry.call` of the host, with its fallback",
    attributes: ["skerry.tenant", "skerry.call.script", "error.type"],
  },
  send: {
    name: "send {kind}",
    kind: "PRODUCER",
    covers: "writing jobs of one origin into the queue, within a transaction",
    attributes: [
      "messaging.system",
      "messaging.operation.type",
      "messaging.destination.name",
      "messaging.batch.message_count",
      "skerry.tenant",
      "skerry.trigger",
    ],
  },
  process: {
    name: "process {kind}",
    kind: "CONSUMER",
    covers: "one attempt of a job, from when a node took it",
    attributes: [
      "messaging.system",
      "messaging.operation.type",
      "messaging.destination.name",
      "messaging.message.id",
      "skerry.tenant",
      "skerry.job.attempt",
      "skerry.job.wait_ms",
      "error.type",
    ],
  },
  execution: {
    name: "execute script",
    kind: "INTERNAL",
    covers: "an execution, its wait for a runner included",
    attributes: [
      "skerry.tenant",
      "skerry.script",
      "skerry.script.name",
      "skerry.script.version",
      "skerry.trigger",
      "skerry.execution",
      "skerry.execution.status",
      "skerry.execution.cpu_ms",
      "skerry.execution.runner_wait_ms",
      "error.type",
    ],
  },
  runner: {
    name: "acquire runner",
    kind: "INTERNAL",
    covers: "the wait of an execution for its runner",
    attributes: ["skerry.runner.source"],
  },
  capability: {
    name: "{capability}",
    kind: "INTERNAL",
    covers: "a call of a capability",
    attributes: ["skerry.capability", "error.type"],
  },
  http: {
    name: "http.request",
    kind: "CLIENT",
    covers: "`ctx.http` and `fetch`, redirects and retries included",
    attributes: [
      "skerry.capability",
      "http.request.method",
      "http.response.status_code",
      "server.address",
      "server.port",
      "error.type",
    ],
  },
  db: {
    name: "db.{operation}",
    kind: "CLIENT",
    covers: "a statement of `ctx.db`",
    attributes: [
      "skerry.capability",
      "db.system.name",
      "db.operation.name",
      "db.collection.name",
      "db.query.text",
      "error.type",
    ],
  },
  publish: {
    name: "events.publish",
    kind: "PRODUCER",
    covers: "`ctx.events.publish`",
    attributes: [
      "skerry.capability",
      "messaging.system",
      "messaging.operation.type",
      "messaging.destination.name",
      "error.type",
    ],
  },
} as const satisfies Record<string, SpanDefinition>;
