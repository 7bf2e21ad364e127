import { randomUUIDv7 } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { AnswerBody, TestClient } from "../platform.ts";

/** In everything that the tests make of a tenant, so that it is found wherever it leaks to. */
export const MARK = "of-acme-alone";

/** What the parameters of paths name, by their names: ids and names of one tenant's things. */
export type Resources = Readonly<Record<string, string>>;

type MakeResource = (path: string, body?: object, method?: string) => Promise<AnswerBody>;

/** Makes one thing of each kind. A route whose parameter is none of these fails the tests that need it. */
export async function makeResources(tenantId: string, client: TestClient): Promise<Resources> {
  const make: MakeResource = async (path, body = {}, method = "POST") => {
    const answer = await client.request(method, `/api/v1${path}`, method === "GET" ? undefined : body);
    if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status} ${answer.text}`);
    return answer.body;
  };
  const source = `export default (input, ctx) => { ctx.log.info("${MARK}"); return "${MARK}"; };`;
  const { id: script } = await make("/scripts", { name: `script-${MARK}`, type: "oneoff", source });
  const { id: execution } = await make(`/scripts/${script}/execute`);
  await make(`/scripts/${script}/draft`, { source }, "PUT");
  const settings = { cron: "@yearly" };
  await make("/scripts", { name: `yearly-${MARK}`, type: "scheduled", source, settings });
  const library = `export const mark = "${MARK}";`;
  await make("/scripts", { name: `library-${MARK}`, type: "library", source: library });
  const { apiKey } = await make("/api-keys", { name: `key ${MARK}` });
  const person = { email: `${MARK}@acme.example`, name: MARK, role: "viewer" };
  const { id: user } = await make("/users", person);
  const name = "SECRET_OF_ACME";
  await make(`/secrets/${name}`, { value: `value ${MARK}` }, "PUT");
  const columns = [{ name: "note", type: "text", default: MARK }];
  await make("/tables/notes_of_acme", { columns, primaryKey: ["note"] }, "PUT");
  const deadLetter = await makeDeadLetter(make);
  const [event = ""] = (await make("/events", { type: "order.created", payload: MARK })).ids;
  await untilHandedOut(make);
  return {
    tenant: tenantId,
    event,
    deadLetter,
    script,
    execution,
    key: apiKey.id,
    user,
    name,
    table: "notes_of_acme",
    version: "1",
    from: "1",
    to: "1",
  };
}

/** Lets a script fail for good, which it does soon after the event is published. */
async function makeDeadLetter(make: MakeResource): Promise<string> {
  const source = "export default () => { throw new Error('as it shall'); };";
  const settings = { events: ["order.lost"], retry: { attempts: 1 } };
  await make("/scripts", { name: `failing-${MARK}`, type: "event", source, settings });
  await make("/events", { type: "order.lost", payload: MARK });
  for (;;) {
    const [letter] = (await make("/dead-letters", undefined, "GET")).items;
    if (letter !== undefined) return letter.id;
    await sleep(20);
  }
}

/** From then on the events change nothing by themselves. */
async function untilHandedOut(make: MakeResource): Promise<void> {
  for (const { id } of (await make("/events", undefined, "GET")).items) {
    while ((await make(`/events/${id}`, undefined, "GET")).isWaiting) await sleep(20);
  }
}

/** Names nothing. */
export const UNKNOWN_ID: string = randomUUIDv7();

/** Puts the values of parameters into a route's path. @throws Error for a parameter without one. */
export function fillPath(path: string, values: Resources): string {
  return `/api/v1${path.replaceAll(/\{(\w+)\}/g, (_place, name: string) => {
    const value = values[name];
    if (value === undefined)
      throw new Error(`resources.ts makes nothing for the parameter {${name}} of ${path}`);
    return encodeURIComponent(value);
  })}`;
}
