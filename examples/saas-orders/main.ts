// A day in a product with two tenants, Acme and Globex, whose scripts lie beside this file. Ends by itself:
//
//   npm run -w examples saas-orders
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "@skerry/client";
import type { Client } from "@skerry/client";
import { createPlayground } from "../src/playground.ts";
import { createShop } from "./shop.ts";
import type { Shop } from "./shop.ts";

const GIVE_UP_MS = 60_000;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function readScript(file: string): Promise<string> {
  return readFile(join(import.meta.dirname, "scripts", file), "utf8");
}

/** What each shop wrote to make the product its own, as its people would do in the editor or from Git. */
async function publishScripts(acme: Client, globex: Client): Promise<void> {
  await acme.scripts.create({
    name: "pricing",
    type: "embedded",
    source: await readScript("acme/pricing.js"),
  });
  await acme.scripts.create({
    name: "confirm-order",
    type: "event",
    source: await readScript("acme/confirm-order.js"),
    settings: { events: ["order.created"] },
  });
  await acme.scripts.create({
    name: "return-order",
    type: "http",
    source: await readScript("acme/return-order.js"),
    settings: { path: "/orders/:id/return", methods: ["POST"], auth: { type: "apiKey" } },
  });
  await acme.scripts.create({
    name: "daily-report",
    type: "scheduled",
    source: await readScript("acme/daily-report.js"),
    settings: { cron: "0 18 * * MON-FRI", timezone: "Europe/Paris" },
  });
  await globex.scripts.create({
    name: "count-orders",
    type: "event",
    source: await readScript("globex/count-orders.js"),
    settings: { events: ["order.*"] },
  });
  await globex.scripts.create({
    name: "look-around",
    type: "oneoff",
    source: await readScript("globex/look-around.js"),
  });
}

/** What somebody gets who is signed in to the product. */
async function request(shop: Shop, user: string, path: string, order?: object): Promise<Response> {
  const headers = { "content-type": "application/json", cookie: `session=session-of-${user}` };
  const sent = order === undefined ? { headers } : { method: "POST", headers, body: JSON.stringify(order) };
  return shop.app.request(path, sent);
}

async function placeOrder(shop: Shop, user: string, customerId: number, sku: string, quantity: number) {
  const response = await request(shop, user, "/orders", { customerId, sku, quantity });
  say(`${user} sells ${quantity} × ${sku}: ${response.status} ${await response.text()}`);
}

/** The warehouse of Acme sends an order back, to the address that Acme's script of type http answers. */
async function returnOrder(shop: Shop, what: string, order: number, apiKey: string): Promise<void> {
  const response = await shop.app.request(`/skerry/run/acme/orders/${order}/return`, {
    method: "POST",
    headers: { authorization: `Bearer ${apiKey}` },
  });
  const text = response.status === 401 ? "" : await response.text();
  say(`${what}: ${response.status} ${text}`.trimEnd());
}

/** Scripts hear of events behind the product's back. Resolves when so many executions of one have completed. */
async function awaitExecutions(client: Client, script: string, count: number): Promise<void> {
  for (const deadline = Date.now() + GIVE_UP_MS; Date.now() < deadline; await sleep(50)) {
    const { items } = await client.executions.list({ script, status: "completed" });
    if (items.length >= count) return;
  }
  throw new Error(`${script} did not complete ${count} times`);
}

async function tellMails({ pool }: Shop): Promise<void> {
  const { rows } = await pool.query<{ address: string; subject: string; body: string }>(
    "select address, subject, body from mails order by id",
  );
  for (const { address, subject, body } of rows) say(`mail to ${address}: ${subject}. ${body}`);
}

await using playground = await createPlayground();
const { databaseUrl, dataDir } = playground;
await using shop = await createShop({ databaseUrl, dataDir });
const keyOfAcme = await shop.signUp({ id: "acme", name: "Acme", plan: "pro" });
const keyOfGlobex = await shop.signUp({ id: "globex", name: "Globex", plan: "free" });
const acme = createClient({ fetch: shop.skerry.fetchAs({ tenant: "acme", user: "ada@acme.example" }) });
const globex = createClient({ fetch: shop.skerry.fetchAs({ tenant: "globex", user: "bob@globex.example" }) });
await publishScripts(acme, globex);

say("# The product asks for a price: Acme has a script for that, for Globex the list holds");
await placeOrder(shop, "ada", 1, "bell", 2);
await placeOrder(shop, "ada", 1, "lamp", 2);
await placeOrder(shop, "bob", 2, "lamp", 2);
await placeOrder(shop, "ada", 1, "bell", 9);

say("# Orders are events for the scripts of their tenant, but not the one that was taken back");
await awaitExecutions(acme, "confirm-order", 2);
await awaitExecutions(globex, "count-orders", 1);
await tellMails(shop);
const { items: events } = await acme.events.list();
say(
  `events of Acme: ${events
    .map(({ id }) => id)
    .toSorted()
    .join(", ")}`,
);

say("# A script answers HTTP requests, and has the product pay back");
await returnOrder(shop, "order 1 comes back", 1, keyOfAcme);
await returnOrder(shop, "order 3, which is Globex's", 3, keyOfAcme);
await returnOrder(shop, "order 2, with a key of Globex", 2, keyOfGlobex);

say("# A report is made each day at six; it can be asked for at once as well");
const { items: schedules } = await acme.schedules.list();
for (const { scriptName, cron } of schedules) say(`${scriptName}: ${cron}`);
const report = await acme.scripts.execute("daily-report", {});
say(`${report.status}: ${JSON.stringify(report.output)}`);

say("# What a script of Globex gets that looks for the orders of Acme");
const { output } = await globex.scripts.execute("look-around", { input: { orderOfAcme: 2 } });
for (const [what, found] of Object.entries(output as object)) say(`${what}: ${JSON.stringify(found)}`);

say("# What Bob of Globex gets in the product");
const scripts = (await request(shop, "bob", "/skerry/api/v1/scripts").then((answer) => answer.json())) as {
  readonly items: readonly { readonly name: string }[];
};
say(
  `scripts: ${scripts.items
    .map(({ name }) => name)
    .toSorted()
    .join(", ")}`,
);
const { status } = await request(shop, "bob", `/skerry/api/v1/executions/${report.id}`);
say(`Acme's report: ${status}`);
