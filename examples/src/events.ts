// A shop tells its customers' scripts of its orders, and one of them has to be mended. Runs by itself:
//
//   node --no-node-snapshot --conditions=@skerry/source examples/src/events.ts
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "@skerry/client";
import { createSkerry } from "skerry";

const PACK = `
export default async function (order, ctx) {
  ctx.log.info("packing " + order.id + " for the " + ctx.execution.attempt + ". time");
  await ctx.events.publish("parcel.packed", { order: order.id }, { id: "packed-" + order.id });
}`;

const SHIP = `
export default async function (parcel) {
  throw new Error("nobody answers at the harbour");
}`;

const SHIP_AGAIN = `
export default async function (parcel, ctx) {
  return "shipped " + parcel.order + ", which was packed at " + ctx.trigger.event.publishedAt;
}`;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

await using skerry = await createSkerry();
await createClient({ fetch: skerry.fetchAs({ operator: true }) }).tenants.create({
  id: "acme",
  name: "Acme",
});
const acme = createClient({ fetch: skerry.fetchAs({ tenant: "acme" }) });
await acme.scripts.create({ name: "pack", type: "event", source: PACK, settings: { events: ["order.*"] } });
await acme.scripts.create({
  name: "ship",
  type: "event",
  source: SHIP,
  settings: { events: ["parcel.**"], retry: { attempts: 2, backoffMs: 50 } },
});

// Sent twice, as a shop may after a crash, it is handled once.
const order = { type: "order.created", payload: { id: "7", total: 120 }, id: "order-7-created" };
await skerry.events.publish("acme", order);
await skerry.events.publish("acme", order);
say("published an order");

async function awaitDeadLetter() {
  for (;;) {
    for await (const letter of acme.deadLetters.list()) return letter;
    await sleep(50);
  }
}

const letter = await awaitDeadLetter();
assert.equal(letter.eventId, "packed-7");
say(`gave up after ${letter.attempts.length} attempts: ${letter.attempts[0]?.message}`);

await acme.scripts.update("ship", { source: SHIP_AGAIN });
const { executionId } = await acme.deadLetters.replay(letter.id, {});
for await (const event of acme.executions.follow(executionId)) {
  if (event.type === "end") say(`mended the script, and its replay ${event.status}`);
}
const { output } = await acme.executions.get(executionId);
say(String(output));
