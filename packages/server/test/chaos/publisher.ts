/**
 * Publishes until SIGTERM, by REST or by SQL, and notes in a journal of its own what it asks for before it asks, and
 * what it was told. Started with the JSON of {@link PublisherOptions}.
 */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { endWithParent } from "./child.ts";
import { note } from "./journal.ts";
import type { Attempted, WorkKind } from "./journal.ts";
import { createRandom } from "./random.ts";
import { ask } from "./rest.ts";
import { ENDPOINT, EVENT_TYPES, ONE_OFF, TENANTS } from "./workload.ts";

export interface PublisherOptions {
  /** Begins all tokens of this publisher. */
  readonly name: string;
  readonly way: "rest" | "sql";
  readonly seed: number;
  readonly journal: string;
  /** Holds the addresses of the nodes that answer requests now, as JSON. */
  readonly addresses: string;
  readonly keys: Readonly<Record<string, string>>;
  readonly databaseUrl: string;
  /** The longest pause between two things that it asks for, in ms. */
  readonly thinkMostMs: number;
}

/** The file `addresses`. */
export type NodeAddresses = readonly { readonly name: string; readonly url: string }[];

const BATCH_MOST = 5;
const RUN_MOST_MS = 300;
const GROUPS = 4;
const RETRIES_MOST = 30;
const RETRY_AFTER_MS = 250;
const CONNECT_MS = 5_000;
const ANSWER_MS = 15_000;

endWithParent();
const options = JSON.parse(process.argv[2] ?? "{}") as PublisherOptions;
const { name, journal, keys } = options;
const random = createRandom(options.seed);
let count = 0;
const over = new AbortController();
process.once("SIGTERM", () => over.abort());

const act = options.way === "rest" ? actByRest : actBySql;
while (!over.signal.aborted) {
  await act();
  await sleep(random.between(0, options.thinkMostMs));
}

function attempt(kind: WorkKind, tenant: string, hasId: boolean): Attempted {
  count += 1;
  const token = `${name}-${count}`;
  const type = kind === "event" ? random.pick(EVENT_TYPES) : "";
  const attempted: Attempted = {
    what: "attempted",
    at: Date.now(),
    kind,
    tenant,
    token,
    type,
    id: hasId ? randomUUID() : null,
  };
  note(journal, attempted);
  return attempted;
}

function acknowledge(token: string, id: string): void {
  note(journal, { what: "acknowledged", at: Date.now(), token, id });
}

function createPayload(token: string) {
  const beforeMs = random.between(0, RUN_MOST_MS);
  const afterMs = random.between(0, RUN_MOST_MS);
  return { token, group: random.between(1, GROUPS), beforeMs, afterMs };
}

async function actByRest(): Promise<void> {
  const tenant = random.pick(TENANTS);
  if (random.chance(0.1)) return await runByHand(tenant);
  if (random.chance(0.25)) return await callEndpoint(tenant);
  await publishByRest(tenant);
}

async function publishByRest(tenant: string): Promise<void> {
  const hasIds = random.chance(0.5);
  const size = random.between(1, BATCH_MOST);
  const attempts = Array.from({ length: size }, () => attempt("event", tenant, hasIds));
  const body = attempts.map(({ type, token, id }) => ({
    type,
    payload: createPayload(token),
    ...(id === null ? {} : { id }),
  }));
  // Without ids nobody could tell a second asking from a second event.
  const times = hasIds && random.chance(0.8) ? RETRIES_MOST : 1;
  const answer = await insist(
    times,
    (address) => ask<{ readonly ids: readonly string[] }>(address, "POST", "/api/v1/events", body),
    tenant,
  );
  for (const [place, id] of (answer?.ids ?? []).entries()) {
    acknowledge(attempts[place]?.token ?? "", id);
  }
}

async function runByHand(tenant: string): Promise<void> {
  const { token } = attempt("oneoff", tenant, false);
  const body = { wait: false, input: createPayload(token) };
  const path = `/api/v1/scripts/${ONE_OFF}/execute`;
  const execution = await insist(
    1,
    (address) => ask<{ readonly id: string }>(address, "POST", path, body),
    tenant,
  );
  if (execution !== undefined) acknowledge(token, execution.id);
}

/** Asks one node or another up to so many times. @returns undefined when none answered well. */
async function insist<Answer>(
  times: number,
  askNode: (address: { readonly url: string; readonly key: string }) => Promise<Answer>,
  tenant: string,
): Promise<Answer | undefined> {
  for (let asked = 0; asked < times; asked++) {
    const node = pickNode();
    try {
      if (node !== undefined) return await askNode({ url: node.url, key: keys[tenant] ?? "" });
    } catch {
      // Whether it was done is not known.
    }
    if (asked + 1 < times) await sleep(RETRY_AFTER_MS);
  }
  return undefined;
}

async function callEndpoint(tenant: string): Promise<void> {
  const node = pickNode();
  if (node === undefined) return;
  try {
    const response = await fetch(`${node.url}/run/${tenant}/${ENDPOINT}`, {
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    const executionId = response.headers.get("skerry-execution-id");
    await response.text();
    if (response.status === 200 && executionId !== null) {
      note(journal, { what: "answered", at: Date.now(), node: node.name, executionId });
    }
  } catch {
    // Nobody answered.
  }
}

function pickNode(): NodeAddresses[number] | undefined {
  const nodes = JSON.parse(readFileSync(options.addresses, "utf8")) as NodeAddresses;
  return nodes.length === 0 ? undefined : random.pick(nodes);
}

/** A transaction of a host that publishes within it, and may think better of it. */
async function actBySql(): Promise<void> {
  const client = new pg.Client({
    connectionString: options.databaseUrl,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: ANSWER_MS,
  });
  client.on("error", () => {});
  try {
    await client.connect();
    await transact(client);
  } catch {
    // What was attempted is open, unless it was rolled back.
    await sleep(RETRY_AFTER_MS);
  } finally {
    await client.end().catch(() => {});
  }
}

async function transact(client: pg.Client): Promise<void> {
  const isKept = random.chance(0.75);
  const tenant = random.pick(TENANTS);
  const attempts: { readonly token: string; readonly id: string }[] = [];
  await client.query("begin");
  for (let left = random.between(1, BATCH_MOST); left > 0; left--) {
    const { token, type, id: chosen } = attempt("event", tenant, random.chance(0.5));
    if (!isKept) note(journal, { what: "rolledBack", at: Date.now(), token });
    const { rows } = await client.query<{ id: string }>(
      "select skerry.publish_event($1, $2, $3::json, $4) as id",
      [tenant, type, JSON.stringify(createPayload(token)), chosen],
    );
    attempts.push({ token, id: rows[0]?.id ?? "" });
  }
  await client.query(isKept ? "commit" : "rollback");
  if (isKept) for (const { token, id } of attempts) acknowledge(token, id);
}
