import { setTimeout as sleep } from "node:timers/promises";

/** What the maker of a fixture did at the installation, and what has to be found again. */
export interface InstallationState {
  readonly tenant: string;
  readonly apiKey: string;
  /** An execution that was completed, with its output. */
  readonly completed: { readonly id: string; readonly output: unknown };
  /** One that ended as a dead letter. */
  readonly deadLetter: { readonly id: string };
  /** One that nobody had run when the installation was stopped. */
  readonly queued: { readonly id: string };
  /** Hash of the last audit record of the tenant. */
  readonly auditHead: string;
}

export const SECRET = { name: "HARBOUR_KEY", value: "the tide comes in" };

/** What it tells of the secret is no part of it, which would be taken out of the output. */
const REMEMBER = `export default async (input, ctx) => {
  ctx.log.info("remembered", { input });
  const secret = await ctx.secrets.get("${SECRET.name}");
  return { input, secretLength: secret.length, calls: await ctx.storage.increment("calls") };
};`;

const SCRIPTS = [
  { name: "remember", type: "oneoff", source: "export default () => 'first version';", settings: {} },
  {
    name: "tick",
    type: "scheduled",
    source: "export default (_input, ctx) => ctx.storage.increment('ticks');",
    settings: { cron: "0 * * * *", timezone: "Europe/Paris", misfire: "once" },
  },
  {
    name: "answer",
    type: "http",
    source: "export default (request) => new Response(new URL(request.url).pathname);",
    settings: { path: "/answer", methods: ["GET"] },
  },
  {
    name: "hear",
    type: "event",
    source: "export default (payload) => ({ heard: payload });",
    settings: { events: ["ship.arrived"] },
  },
  {
    name: "fail",
    type: "event",
    source: "export default () => { throw new Error('always'); };",
    settings: { events: ["ship.sank"], retry: { attempts: 1 } },
  },
  { name: "double", type: "embedded", source: "export default (input) => input * 2;", settings: {} },
];

/** Asks the REST API of a running node. */
export type Ask = <Body>(method: string, path: string, body?: unknown) => Promise<Body>;

/** @throws Error with the answer when it is none of success. */
export function createAsk(url: string, key: string): Ask {
  return async <Body>(method: string, path: string, body?: unknown) => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === "" ? undefined : JSON.parse(text)) as Body;
  };
}

interface Finished {
  readonly id: string;
  readonly output: unknown;
}

/** What a node that runs everything leaves behind. */
export async function fillInstallation(
  url: string,
  operatorKey: string,
): Promise<Omit<InstallationState, "queued" | "auditHead">> {
  const tenant = "harbour";
  const operator = createAsk(url, operatorKey);
  const { apiKey } = await operator<{ apiKey: string }>("POST", "/tenants", { id: tenant, name: "Harbour" });
  const ask = createAsk(url, apiKey);
  await ask("PUT", `/secrets/${SECRET.name}`, { value: SECRET.value });
  for (const script of SCRIPTS) await ask("POST", "/scripts", script);
  await ask("PATCH", "/scripts/remember", { baseVersion: 1, source: REMEMBER });
  const completed = await ask<Finished>("POST", "/scripts/remember/execute", {
    input: { n: 1 },
    wait: true,
  });
  await ask("POST", "/events", { type: "ship.arrived", payload: { ship: "Beagle" }, id: "beagle-1" });
  await ask("POST", "/events", { type: "ship.sank", payload: null });
  const deadLetter = await waitForDeadLetter(ask);
  return { tenant, apiKey, completed: { id: completed.id, output: completed.output }, deadLetter };
}

/** What a node that only queues leaves behind. */
export async function queueExecution(url: string, apiKey: string): Promise<{ readonly id: string }> {
  const ask = createAsk(url, apiKey);
  const { id } = await ask<{ id: string }>("POST", "/scripts/remember/execute", {
    input: { n: 2 },
    wait: false,
  });
  return { id };
}

const DEAD_LETTER_MS = 30_000;
const POLL_MS = 100;

async function waitForDeadLetter(ask: Ask): Promise<{ readonly id: string }> {
  for (const deadline = Date.now() + DEAD_LETTER_MS; Date.now() < deadline; await sleep(POLL_MS)) {
    const { items } = await ask<{ items: readonly { readonly id: string }[] }>("GET", "/dead-letters");
    const [first] = items;
    if (first !== undefined) return { id: first.id };
  }
  throw new Error("the script that always fails left no dead letter within 30 s");
}
