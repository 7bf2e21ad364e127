import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { Note } from "../chaos/journal.ts";
import { SESSION_COOKIE } from "../../src/auth/sessions/cookie.ts";
import { until } from "./client.ts";
import type { Caller, Front } from "./client.ts";
import { execute, readExecution, RUN_MOST_MS, untilEnded } from "./execution.ts";
import {
  answerOfEverything,
  describeNeighbourScripts,
  LATE,
  LATE_TYPE,
  SECRET,
  sourceOfEdition,
  TABLE,
} from "./neighbour-scripts.ts";
import { followLogs, leaveStream } from "./streams.ts";
import type { Work } from "./work.ts";

/** Every node has heard of a change by then, on a machine that has much else to do. */
const NEWS_MOST_MS = 60_000;

export interface NeighbourOptions {
  readonly front: Front;
  readonly tenant: string;
  readonly key: string;
  readonly echoPort: number;
  /** Guest code that tells the receiver of `run`. */
  readonly report: string;
  /** Gets what is promised to be run. */
  readonly notes: Note[];
}

/** Makes what a tenant in good order has. @returns what it does with it, all of which has to succeed. */
export async function prepareNeighbour(options: NeighbourOptions): Promise<readonly Work[]> {
  const { front, tenant, key, echoPort, report } = options;
  const caller = front.callAs(key);
  await caller.expect(200, {
    method: "PUT",
    path: `/api/v1/tables/${TABLE.name}`,
    body: TABLE.definition,
  });
  await caller.expect(200, {
    method: "PUT",
    path: `/api/v1/secrets/${SECRET.name}`,
    body: { value: SECRET.value },
  });
  for (const body of describeNeighbourScripts(echoPort, report)) {
    await caller.expect(201, { method: "POST", path: "/api/v1/scripts", body });
  }
  const cookie = await signIn(caller, tenant);
  const named = (name: string, pauseMs: number, run: Work["run"]): Work => ({
    name: `${tenant}: ${name}`,
    pauseMs,
    run,
  });
  return [
    named("warm request", 80, (round) => askWarm(front, tenant, round)),
    named("cold request", 250, () => askCold(front, tenant)),
    named("all capabilities", 300, (round) => askEverything(front, tenant, round)),
    named("call", 150, (round) => callDouble(caller, round)),
    named("expression", 150, (round) => evaluate(caller, round)),
    named("run by hand", 600, () => runByHand(caller)),
    named("run later", 2_000, () => runLater(caller)),
    named("cancelled run", 2_000, () => cancelRun(caller)),
    named("log stream", 1_500, (round) => followLogs(caller, round)),
    named("endpoint stream", 1_000, () => leaveStream(front, tenant)),
    named("new version", 2_000, (round) => publish(front, caller, tenant, round)),
    named("late event", 1_500, (round) => publishLate(caller, options, round)),
    named("replay", 700, () => replayLate(caller)),
    named("page", 500, (round) => openPage(front, tenant, cookie, round)),
    named("lists", 500, (round) => readList(caller, round)),
  ];
}

async function signIn(caller: Caller, tenant: string): Promise<string> {
  const body = { email: `ada@${tenant}.example`, name: "Ada", role: "admin" };
  const { id } = await caller.read<{ id: string }>(201, { method: "POST", path: "/api/v1/users", body });
  const { link } = await caller.read<{ link: string }>(201, {
    method: "POST",
    path: `/api/v1/users/${id}/sign-in-link`,
  });
  const { token } = await caller.read<{ token: string }>(201, {
    method: "POST",
    path: "/api/v1/session",
    body: { link },
  });
  return `${SESSION_COOKIE}=${token}`;
}

async function askWarm(front: Front, tenant: string, round: number): Promise<void> {
  const { text } = await front.callAs().expect(200, { path: `/run/${tenant}/warm?${round}` });
  assert.equal(text, `?${round}`);
}

async function askCold(front: Front, tenant: string): Promise<void> {
  const { text } = await front.callAs().expect(200, { path: `/run/${tenant}/cold` });
  assert.equal(text, "fresh");
}

async function askEverything(front: Front, tenant: string, round: number): Promise<void> {
  const answer = await front.callAs().read(200, { path: `/run/${tenant}/everything?n=${round}` });
  assert.deepEqual(answer, answerOfEverything(round));
}

async function callDouble(caller: Caller, round: number): Promise<void> {
  const { output } = await caller.read<{ output: unknown }>(200, {
    method: "POST",
    path: "/api/v1/scripts/double/call",
    body: { input: round },
  });
  assert.deepEqual(output, { double: 2 * round });
}

async function evaluate(caller: Caller, round: number): Promise<void> {
  const { result } = await caller.read<{ result: unknown }>(200, {
    method: "POST",
    path: "/api/v1/expressions/evaluate",
    body: { template: "{{ $json.list.map(n => n * 2).sum() }}", data: { $json: { list: [round, 1] } } },
  });
  assert.equal(result, 2 * round + 2);
}

async function runByHand(caller: Caller): Promise<void> {
  const { status, output } = await execute(caller, "waits", { input: 5, trigger: "manual" });
  assert.deepEqual({ status, output }, { status: "completed", output: "waited" });
}

async function runLater(caller: Caller): Promise<void> {
  const at = new Date(Date.now() + 500).toISOString();
  const { id } = await execute(caller, "waits", { input: 5, at });
  await untilEnded(caller, id, "completed");
}

async function cancelRun(caller: Caller): Promise<void> {
  const { id } = await execute(caller, "waits", { input: 25_000, wait: false });
  await until(
    "the run has begun",
    RUN_MOST_MS,
    async () => (await readExecution(caller, id)).status === "running",
  );
  const { status } = await caller.ask({ method: "POST", path: `/api/v1/executions/${id}/cancel` });
  assert.ok(status === 200 || status === 202, `the cancellation was answered ${status}`);
  await untilEnded(caller, id, "cancelled");
}

/** A new version, and every third time the one before it again; all nodes have to answer by it soon. */
async function publish(front: Front, caller: Caller, tenant: string, round: number): Promise<void> {
  const before = await caller.read<PublishedBody>(200, { path: "/api/v1/scripts/changing" });
  await caller.expect(200, {
    method: "PATCH",
    path: "/api/v1/scripts/changing",
    body: { source: sourceOfEdition(round) },
  });
  await untilAnswered(front, tenant, sourceOfEdition(round));
  if (round % 3 !== 0) return;
  const body = { version: before.activeVersion };
  await caller.expect(200, { method: "POST", path: "/api/v1/scripts/changing/publish", body });
  await untilAnswered(front, tenant, before.source);
}

interface PublishedBody {
  readonly activeVersion: number;
  readonly source: string;
}

async function untilAnswered(front: Front, tenant: string, source: string): Promise<void> {
  await until(`all nodes answer by ${source}`, NEWS_MOST_MS, async () => {
    const answers = await front.readFromEach(`/run/${tenant}/changing`);
    return answers.every(({ text }) => source.includes(`"${text}"`));
  });
}

async function publishLate(
  caller: Caller,
  { tenant, notes }: NeighbourOptions,
  round: number,
): Promise<void> {
  const token = `late-${tenant}-${round}`;
  const id = randomUUID();
  notes.push({ what: "attempted", at: Date.now(), kind: "event", tenant, token, type: LATE_TYPE, id });
  const body = { type: LATE_TYPE, payload: { token }, id };
  await caller.expect(200, { method: "POST", path: "/api/v1/events", body });
  notes.push({ what: "acknowledged", at: Date.now(), token, id });
}

/** Hands dead letters to their script again. */
export async function replayLate(caller: Caller): Promise<void> {
  const body = { filter: { script: LATE } };
  await caller.expect(202, { method: "POST", path: "/api/v1/dead-letters/replay", body });
}

const PAGES = [
  "scripts",
  "executions",
  "schedules",
  "endpoints",
  "events",
  "dead-letters",
  "secrets",
  "keys",
  "users",
  "usage",
  "audit",
  "playground",
  "scripts/everything",
] as const;

async function openPage(front: Front, tenant: string, cookie: string, round: number): Promise<void> {
  const path = `/t/${tenant}/${PAGES[round % PAGES.length]}`;
  const { text } = await front.callAs().expect(200, { path, headers: { cookie, accept: "text/html" } });
  assert.match(text, /<\/html>\s*$/, path);
}

const LISTS = [
  "executions?limit=50",
  "executions?status=failed",
  "events?limit=50",
  "dead-letters",
  "schedules",
  "scripts",
  "scripts/changing/versions?limit=10",
  "audit?limit=20",
  "limits",
  "tables",
] as const;

async function readList(caller: Caller, round: number): Promise<void> {
  await caller.expect(200, { path: `/api/v1/${LISTS[round % LISTS.length]}` });
}
