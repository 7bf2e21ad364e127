import type { Attributes } from "@opentelemetry/api";
import type { CapabilityReply } from "@skerry/sandbox";
import { normalizeSync } from "libpg-query";
import { MAX_NAME_LENGTH, MAX_URL_LENGTH } from "../capabilities/http/destination.ts";

/** Of a statement; what is longer is cut. */
const MAX_STATEMENT = 2_000;
/** Those of `db.*` that work on one table without SQL, and what they are in SQL. */
const TABLE_OPERATIONS: ReadonlyMap<string, string> = new Map([
  ["db.find", "SELECT"],
  ["db.insert", "INSERT"],
  ["db.update", "UPDATE"],
  ["db.delete", "DELETE"],
]);

/** What of a call's checked input its span tells, by the conventions for what it is. */
export function describeInput(capability: string, input: unknown): Attributes {
  if (capability === "http.request") return describeDestination(input as HttpInput);
  if (capability === "events.publish") return describePublication(input as { readonly type: string });
  if (capability.startsWith("db.")) return describeOperation(capability, input as DbInput);
  return {};
}

/** What of a call that succeeded its span tells besides. */
export function describeReply(capability: string, input: unknown, { value }: CapabilityReply): Attributes {
  if (capability === "http.request") {
    const { status } = value as unknown as { readonly status: number };
    return { "http.response.status_code": status };
  }
  // Only text that the guard let pass is given to the parser once more.
  const { sql } = capability.startsWith("db.") ? (input as DbInput) : {};
  const text = sql === undefined ? undefined : withoutValues(sql);
  return text === undefined ? {} : { "db.query.text": text };
}

interface HttpInput {
  readonly method: string;
  readonly url: string;
}

/**
 * Neither path nor query: both may hold what is nobody's business. A call that will be refused for its length is told
 * without its destination: spans wait in memory, and the text would be the guest's own megabytes.
 */
function describeDestination({ method, url }: HttpInput): Attributes {
  const destination = url.length > MAX_URL_LENGTH ? null : URL.parse(url);
  if (destination === null) return { "http.request.method": method };
  const { hostname, port, protocol } = destination;
  if (hostname.length > MAX_NAME_LENGTH) return { "http.request.method": method };
  const usual = protocol === "https:" ? 443 : 80;
  return {
    "http.request.method": method,
    "server.address": hostname,
    "server.port": port === "" ? usual : Number(port),
  };
}

function describePublication({ type }: { readonly type: string }): Attributes {
  return {
    "messaging.system": "skerry",
    "messaging.operation.type": "send",
    "messaging.destination.name": type,
  };
}

interface DbInput {
  readonly sql?: string;
  readonly table?: string;
}

function describeOperation(capability: string, { table }: DbInput): Attributes {
  const operation = TABLE_OPERATIONS.get(capability);
  return {
    "db.system.name": "postgresql",
    ...(operation === undefined ? {} : { "db.operation.name": operation }),
    ...(table === undefined ? {} : { "db.collection.name": table }),
  };
}

/** Literals become `$1`, by PostgreSQL's own parser. What it cannot read is not told: the call has succeeded already. */
function withoutValues(sql: string): string | undefined {
  try {
    return normalizeSync(sql).slice(0, MAX_STATEMENT);
  } catch {
    return undefined;
  }
}
