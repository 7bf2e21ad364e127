import { setTimeout as sleep } from "node:timers/promises";
import { DEMO_SCRIPTS } from "../../src/main/demo-scripts.ts";
import type { AnswerBody, TestClient } from "../platform.ts";
import { TENANT } from "./visitors.ts";
import type { Visitors } from "./visitors.ts";

/** Ids and names of what a tenant has that has been worked with for a while. */
export interface SiteData {
  /** Executions by their status. */
  readonly executions: Readonly<
    Record<"completed" | "failed" | "timeout" | "cancelled" | "pending" | "running", string>
  >;
  /** Many executions replayed by one wish. */
  readonly batch: string;
  readonly deadLetter: string;
  readonly event: string;
  readonly secret: string;
  readonly key: string;
  readonly user: string;
  readonly table: string;
}

type Make = (path: string, body?: object, method?: string) => Promise<AnswerBody>;

/** Longer than any test: it is cancelled, or ends with the platform. */
const ENDLESS = "export default () => new Promise((resolve) => setTimeout(resolve, 600_000));";

/** What logs all levels and fields, and then returns what it was given. */
const CHATTY = `export default async function (input, ctx) {
  ctx.log.debug("the gauge is asked", { gauge: "north" });
  ctx.log.info("a reading came", { metres: 2.4, at: { pier: 3 } });
  ctx.log.warn("the reading is higher than usual", { metres: 2.4 });
  ctx.log.error("the gauge at the south pier is silent");
  await ctx.cache.set("last", 2.4);
  return { metres: 2.4, given: input };
}
`;

const FAILING = `function read(gauge) {
  throw new TypeError(\`the gauge "\${gauge}" is silent\`);
}

export default function (event) {
  return read(event?.payload?.gauge ?? "south");
}
`;

/** Makes one script of each type. */
export async function makeDemoScripts(acme: TestClient): Promise<void> {
  const make = createMaker(acme);
  for (const script of DEMO_SCRIPTS) await make("/scripts", script);
}

/** Makes one of each thing that pages show, beside the demo scripts, and waits until the executions have ended. */
export async function makeSiteData(visitors: Visitors): Promise<SiteData> {
  const make = createMaker(visitors.acme);
  await make("/scripts", { name: "report-gauge", type: "oneoff", source: CHATTY });
  const settings = { limits: { wallMs: 600_000 } };
  await make("/scripts", { name: "watch-harbour", type: "oneoff", source: ENDLESS, settings });
  // A second version to compare with, and a draft beside them.
  const source = CHATTY.replaceAll("2.4", "2.5");
  await make(
    "/scripts/report-gauge",
    { source, baseVersion: 1, note: "The north gauge was moved." },
    "PATCH",
  );
  await make("/scripts/report-gauge/draft", { source: `${source}\n// to be continued\n` }, "PUT");
  const deadLetter = await makeDeadLetter(make);
  const executions = await makeExecutions(make);
  const [event = ""] = (await make("/events", { type: "ship.arrived", payload: { ship: "Beagle" } })).ids;
  await make("/secrets/GAUGE_TOKEN", { value: "between us" }, "PUT");
  const { apiKey } = await make("/api-keys", { name: "harbour software" });
  const { id: user } = await make("/users", { email: "grace@example.com", name: "Grace", role: "developer" });
  const columns = [
    { name: "ship", type: "text" },
    { name: "berth", type: "integer" },
  ];
  await make("/tables/berths", { columns, primaryKey: ["ship"] }, "PUT");
  const batch = await beginBatch(visitors, executions.failed);
  const secret = "GAUGE_TOKEN";
  return { executions, batch, deadLetter, event, secret, key: apiKey.id, user, table: "berths" };
}

/** Replays an execution as the form of a page does, which is the one way to replay many. */
async function beginBatch({ ask }: Visitors, execution: string): Promise<string> {
  const body = new URLSearchParams({ action: "replay", selection: JSON.stringify({ ids: [execution] }) });
  const headers = { "sec-fetch-site": "same-origin" };
  const answer = await ask("admin", `/t/${TENANT}/executions/batch`, { method: "POST", body, headers });
  const id = /[\w-]+$/.exec(answer.headers.get("location") ?? "")?.[0];
  if (answer.status !== 303 || id === undefined) throw new Error(`no batch was begun: ${answer.status}`);
  return id;
}

function createMaker(acme: TestClient): Make {
  return async (path, body = {}, method = "POST") => {
    const answer = await acme.request(method, `/api/v1${path}`, method === "GET" ? undefined : body);
    if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status} ${answer.text}`);
    return answer.body;
  };
}

async function makeExecutions(make: Make): Promise<SiteData["executions"]> {
  const run = async (script: string, body: object = {}): Promise<string> =>
    (await make(`/scripts/${script}/execute`, { trigger: "manual", ...body })).id;
  const completed = await run("report-gauge", { input: { ships: ["Beagle", "Fram"] } });
  const failed = await run("break-gauge");
  const timeout = await run("watch-harbour", { timeoutMs: 50 });
  const cancelled = await run("watch-harbour", { wait: false });
  await make(`/executions/${cancelled}/cancel`);
  const at = new Date(Date.now() + 24 * 60 * 60_000).toISOString();
  const pending = await run("count-seals", { at });
  const running = await run("watch-harbour", { wait: false });
  await until(async () => {
    const states = [cancelled, running].map((id) => make(`/executions/${id}`, undefined, "GET"));
    return (await Promise.all(states)).map(statusOf).join() === "cancelled,running";
  });
  return { completed, failed, timeout, cancelled, pending, running };
}

function statusOf(body: object): unknown {
  return (body as { readonly status?: unknown }).status;
}

/** Lets a script fail for good, which it does soon after its event is published. */
async function makeDeadLetter(make: Make): Promise<string> {
  const settings = { events: ["gauge.*"], retry: { attempts: 1 } };
  await make("/scripts", { name: "break-gauge", type: "event", source: FAILING, settings });
  await make("/events", { type: "gauge.read", payload: { gauge: "south" } });
  let id: string | undefined;
  await until(async () => {
    id = (await make("/dead-letters", undefined, "GET")).items[0]?.id;
    return id !== undefined;
  });
  return id as string;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(20);
}
