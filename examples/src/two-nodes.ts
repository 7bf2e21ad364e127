// Two nodes on one PostgreSQL: one answers, the other one works. What is published at the first runs on the second, and
// waits when that one is away. Runs by itself, with both nodes in this process; elsewhere they are two machines with the
// same DATABASE_URL and SKERRY_MASTER_KEY.
//
//   node --no-node-snapshot --conditions=@skerry/source examples/src/two-nodes.ts
import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "@skerry/client";
import { createSkerry } from "skerry";
import type { Skerry } from "skerry";
import { createPlayground } from "./playground.ts";

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

await using playground = await createPlayground();
const { databaseUrl, dataDir } = playground;

function startNode(role: "web" | "worker"): Promise<Skerry> {
  return createSkerry({ databaseUrl, dataDir, role });
}

await using web = await startNode("web");
const operator = createClient({ fetch: web.fetchAs({ operator: true }) });
await operator.tenants.create({ id: "acme", name: "Acme" });
const acme = createClient({ fetch: web.fetchAs({ tenant: "acme" }) });
await acme.scripts.create({
  name: "pack",
  type: "event",
  settings: { events: ["order.created"] },
  source: "export default ({ id }) => `packed ${id}`",
});

async function countExecutions(status: "pending" | "completed"): Promise<number> {
  return (await acme.executions.list({ status })).items.length;
}

async function awaitExecutions(status: "pending" | "completed", count: number): Promise<void> {
  while ((await countExecutions(status)) < count) await sleep(50);
}

const orders = [1, 2, 3].map((id) => ({ type: "order.created", payload: { id } }));
await web.events.publish("acme", orders);
say("published three orders at the web node, and there is no worker");

{
  await using _worker = await startNode("worker");
  await awaitExecutions("completed", 3);
  say("a worker came, and packed them");
}

await web.events.publish("acme", { type: "order.created", payload: { id: 4 } });
say("the worker is gone again, and the next order waits for another");
await using _another = await startNode("worker");
await awaitExecutions("completed", 4);
say("which packs it");
