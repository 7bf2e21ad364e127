import assert from "node:assert/strict";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Answer, Caller, Front } from "./client.ts";
import { RUN_MOST_MS } from "./execution.ts";
import { BREACH_OF, HOSTILE_PLAN, HOSTILE_TRIGGERS, listHostileScripts } from "./hostile-scripts.ts";
import type { HostileScript } from "./hostile-scripts.ts";
import type { Work } from "./work.ts";

/** Tenants that mean harm all the time. */
export const HOSTILE_TENANTS = ["mallory", "trudy"] as const;

/** On a slow machine any script may come to its limits; a ruined runner takes others with it; places and requests are few. */
const ALWAYS_POSSIBLE: readonly string[] = [
  "CPU_LIMIT",
  "WALL_LIMIT",
  "MEMORY_LIMIT",
  "RUNNER_LOST",
  "CONCURRENCY_LIMIT",
  "QUOTA_EXCEEDED",
];
const REQUESTS_AT_ONCE = 300;
const HUGE_HEADER_BYTES = 256 * 1024;
const HUGE_BODY_BYTES = 8 * 1024 * 1024;
const SLOW_SOCKETS = 10;
const SLOW_MS = 1_500;

export interface HostileOptions {
  readonly front: Front;
  readonly operator: Caller;
  readonly tenant: string;
  readonly receiverPort: number;
}

/** Makes the tenant and its scripts. @returns what it does, none of which may do harm. */
export async function prepareHostile({
  front,
  operator,
  tenant,
  receiverPort,
}: HostileOptions): Promise<{ readonly key: string; readonly works: readonly Work[] }> {
  const { apiKey } = await operator.read<{ apiKey: string }>(201, {
    method: "POST",
    path: "/api/v1/tenants",
    body: { id: tenant, name: tenant, plan: HOSTILE_PLAN },
  });
  const caller = front.callAs(apiKey);
  const scripts = listHostileScripts(receiverPort);
  for (const { name, source } of scripts) {
    await caller.expect(201, {
      method: "POST",
      path: "/api/v1/scripts",
      body: { name, type: "oneoff", language: "js", source },
    });
  }
  for (const body of HOSTILE_TRIGGERS) {
    await caller.expect(201, { method: "POST", path: "/api/v1/scripts", body });
  }
  const named = (name: string, pauseMs: number, run: Work["run"]): Work => ({
    name: `${tenant}: ${name}`,
    pauseMs,
    run,
  });
  const works = [
    named("attacks", 900, (round) => runAttack(caller, scripts, round)),
    named("more attacks", 900, (round) => runAttack(caller, scripts, round + scripts.length / 2)),
    named("circle of events", 10_000, () => beginCircle(caller)),
    named("endless answer", 3_000, () => takeEndlessAnswer(front, tenant)),
    named("flood of requests", 15_000, () => floodRequests(caller)),
    named("requests without a key", 2_000, (round) => guessKey(front, round)),
    named("huge header", 2_000, () => sendHugeHeader(front)),
    named("huge body", 3_000, () => sendHugeBody(caller)),
    named("slow sockets", 3_000, (round) => openSlowSockets(front, round)),
    named("malformed requests", 2_000, (round) => sendMalformed(front, round)),
  ];
  return { key: apiKey, works };
}

/** Stops what goes on by itself. */
export async function calmHostile(caller: Caller): Promise<void> {
  for (const name of ["burns-by-the-clock", "circle"]) {
    const question = { method: "PATCH", path: `/api/v1/scripts/${name}`, body: { status: "paused" } };
    let answer = await caller.ask(question);
    // Its quota of requests begins anew within the minute.
    for (let tries = 0; answer.status === 429 && tries < 70; tries++) {
      await sleep(1_000);
      answer = await caller.ask(question);
    }
    assert.equal(answer.status, 200, `${name} could not be paused: ${answer.text}`);
  }
}

async function runAttack(caller: Caller, scripts: readonly HostileScript[], round: number): Promise<void> {
  const { name, ends } = scripts[Math.floor(round) % scripts.length] as HostileScript;
  const path = `/api/v1/scripts/${name}/execute`;
  const answer = await caller.ask({ method: "POST", path, body: { input: null } });
  const end = readEnd(answer);
  assert.ok(
    [...ends, ...ALWAYS_POSSIBLE].includes(end),
    `${name} ended with ${end}: ${answer.text.slice(0, 300)}`,
  );
  if (answer.text.includes(`"${BREACH_OF}"`)) {
    assert.match(answer.text, new RegExp(`"${BREACH_OF}":0\\b`), `${name} got what it must not have`);
  }
}

/** `completed`, or the code of what went wrong. */
function readEnd({ status, code, text }: Answer): string {
  if (status !== 200) return code ?? `${status} ${text}`;
  const execution = JSON.parse(text) as {
    readonly status: string;
    readonly error: { readonly code: string } | null;
  };
  return execution.error?.code ?? execution.status;
}

async function beginCircle(caller: Caller): Promise<void> {
  const { status } = await caller.ask({
    method: "POST",
    path: "/api/v1/events",
    body: { type: "circle.begins" },
  });
  assert.ok(status === 200 || status === 429, `the event was answered ${status}`);
}

async function takeEndlessAnswer(front: Front, tenant: string): Promise<void> {
  const response = await front
    .callAs()
    .open({ path: `/run/${tenant}/answers-too-much` }, AbortSignal.timeout(RUN_MOST_MS));
  assert.ok([200, 429, 500, 502, 503, 504].includes(response.status), `answered ${response.status}`);
  let bytes = 0;
  try {
    for await (const chunk of response.body ?? []) bytes += (chunk as Uint8Array).byteLength;
  } catch {
    // It is cut where its limit is.
  }
  assert.ok(bytes < 10 * HUGE_HEADER_BYTES, `${bytes} bytes came`);
}

async function floodRequests(caller: Caller): Promise<void> {
  const answers = await Promise.all(
    Array.from({ length: REQUESTS_AT_ONCE }, () =>
      caller.ask({ path: "/api/v1/limits", headers: { connection: "close" } }),
    ),
  );
  const other = answers.find(({ status }) => status !== 200 && status !== 429);
  assert.ok(other === undefined, `one was answered ${other?.status} ${other?.text}`);
}

async function guessKey(front: Front, round: number): Promise<void> {
  const key = `sk_mallory_${round.toString(16).padStart(32, "0")}`;
  await front.callAs(key).expect(401, { path: "/api/v1/scripts" });
}

async function sendHugeHeader(front: Front): Promise<void> {
  const lines = `GET /api/v1/limits HTTP/1.1\r\nHost: soak\r\nX-Huge: ${"x".repeat(HUGE_HEADER_BYTES)}\r\n\r\n`;
  const answer = await sendRaw(front.urls[0] ?? "", lines);
  assert.match(answer, /^(?:HTTP\/1\.1 431 .*)?/);
  assert.doesNotMatch(answer, /^HTTP\/1\.1 [25]/);
}

async function sendHugeBody(caller: Caller): Promise<void> {
  const body = { source: "x".repeat(HUGE_BODY_BYTES) };
  try {
    const { status } = await caller.ask({ method: "POST", path: "/api/v1/scripts", body });
    assert.ok(status === 413 || status === 429, `a huge body was answered ${status}`);
  } catch (error) {
    // Whoever refuses a body need not read it: the connection may be cut while it is sent.
    if (!(error instanceof TypeError)) throw error;
  }
}

/** Begin a request each and never go on. */
async function openSlowSockets({ urls }: Front, round: number): Promise<void> {
  const { hostname, port } = new URL(urls[round % urls.length] ?? "");
  const sockets = Array.from({ length: SLOW_SOCKETS }, () => connect(Number(port), hostname));
  for (const socket of sockets) {
    socket.on("error", () => {});
    socket.write("POST /api/v1/events HTTP/1.1\r\nHost: soak\r\nContent-Length: 100\r\n\r\n{");
  }
  await sleep(SLOW_MS);
  for (const socket of sockets) socket.destroy();
}

const MALFORMED = [
  "GET / HTTP/9.9\r\n\r\n",
  "\0\0\0\0\r\n\r\n",
  "POST /api/v1/events HTTP/1.1\r\nHost: soak\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
  "POST /run/acme/warm HTTP/1.1\r\nHost: soak\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
  "GET http://[ HTTP/1.1\r\nHost: soak\r\nConnection: close\r\n\r\n",
  "GET /run/%ff%fe/%00 HTTP/1.1\r\nHost: soak\r\nConnection: close\r\n\r\n",
] as const;

async function sendMalformed({ urls }: Front, round: number): Promise<void> {
  const answer = await sendRaw(urls[round % urls.length] ?? "", MALFORMED[round % MALFORMED.length] ?? "");
  assert.doesNotMatch(answer, /^HTTP\/1\.1 5/, `round ${round % MALFORMED.length}`);
}

/** @returns what came until the other side closed, or nothing came for a while. */
async function sendRaw(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => {});
  socket.setTimeout(SLOW_MS, () => socket.destroy());
  let answer = "";
  socket.setEncoding("latin1").on("data", (chunk: string) => (answer += chunk));
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  socket.once("close", () => resolve());
  socket.write(text, "latin1");
  await closed;
  return answer;
}
