import assert from "node:assert/strict";
import { until } from "./client.ts";
import type { Caller, Front } from "./client.ts";
import { SECRET, TABLE } from "./neighbour-scripts.ts";
import type { Work } from "./work.ts";

const FORGOTTEN_MOST_MS = 60_000;

/** Tenants that come, work a little and are deleted, the last of what they asked for still on its way. */
export function createGuests(front: Front, operator: Caller): Work {
  return {
    name: "tenants that come and go",
    pauseMs: 2_500,
    async run(round) {
      const id = `guest-${round}`;
      const { apiKey } = await operator.read<{ apiKey: string }>(201, {
        method: "POST",
        path: "/api/v1/tenants",
        body: { id, name: `Guest ${round}` },
      });
      await live(front, front.callAs(apiKey), id);
      await operator.expect(204, { method: "DELETE", path: `/api/v1/tenants/${id}` });
      await operator.expect(404, { path: `/api/v1/tenants/${id}` });
      await until(`all nodes have forgotten ${id}`, FORGOTTEN_MOST_MS, async () => {
        const answers = await front.readFromEach(`/run/${id}/hello`);
        return answers.every(({ status }) => status === 404);
      });
    },
  };
}

const SCRIPTS = [
  { name: "hello", type: "http", source: `export default () => "hello";` },
  {
    name: "keeps",
    type: "event",
    source: `export default async (input, ctx) => {
      await ctx.storage.set("kept", input);
      await ctx.db.insert("${TABLE.name}", { id: input.n, text: "kept" });
      ctx.log.info("kept");
    };`,
    settings: { events: ["guest.*"] },
  },
  {
    name: "often",
    type: "scheduled",
    source: `export default () => {};`,
    settings: { cron: "* * * * * *", overlap: "allow" },
  },
] as const;

async function live(front: Front, caller: Caller, tenant: string): Promise<void> {
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
  for (const body of SCRIPTS) await caller.expect(201, { method: "POST", path: "/api/v1/scripts", body });
  const { text } = await front.callAs().expect(200, { path: `/run/${tenant}/hello` });
  assert.equal(text, "hello");
  const events = Array.from({ length: 5 }, (_, n) => ({ type: "guest.came", payload: { n } }));
  await caller.expect(200, { method: "POST", path: "/api/v1/events", body: events });
}
