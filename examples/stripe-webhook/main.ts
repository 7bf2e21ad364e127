// Stripe tells a tenant's script of a payment, and another script asks Stripe about it. Ends by itself:
//
//   npm run -w examples stripe-webhook
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "@skerry/client";
import { createSkerry } from "skerry";
import { createPlayground } from "../src/playground.ts";
import { signDelivery, startStripe } from "./stripe.ts";

const GIVE_UP_MS = 60_000;
const TOO_OLD_SECONDS = 600;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function readScript(file: string): Promise<string> {
  return readFile(join(import.meta.dirname, "scripts", file), "utf8");
}

// What the tenant finds in its dashboard at Stripe.
const webhookSecret = `whsec_${randomBytes(24).toString("base64")}`;
const apiKey = `sk_test_${randomBytes(24).toString("hex")}`;

await using stripe = await startStripe(apiKey);
await using playground = await createPlayground();
const { databaseUrl, dataDir } = playground;
await using skerry = await createSkerry({
  databaseUrl,
  dataDir,
  logLevel: "error",
  // Scripts use secrets without reading them, and send requests to Stripe alone.
  plans: {
    default: {
      capabilities: ["events", "http", "storage"],
      http: { allow: ["api.stripe.com"] },
    },
  },
  http: {
    internal: [{ name: "stripe.internal", address: "127.0.0.1", port: stripe.port, tenants: ["acme"] }],
  },
});
await createClient({ fetch: skerry.fetchAs({ operator: true }) }).tenants.create({
  id: "acme",
  name: "Acme",
});
const acme = createClient({ fetch: skerry.fetchAs({ tenant: "acme" }) });

await acme.secrets.set("STRIPE_WEBHOOK_SECRET", { value: webhookSecret });
await acme.secrets.set("STRIPE_KEY", { value: apiKey });
await acme.scripts.create({
  name: "receive-event",
  type: "http",
  source: await readScript("receive-event.js"),
  settings: {
    path: "/stripe",
    methods: ["POST"],
    auth: { type: "hmac", scheme: "stripe", secret: "STRIPE_WEBHOOK_SECRET" },
  },
});
await acme.scripts.create({
  name: "record-payment",
  type: "event",
  // The script is as it would be for Stripe itself, but for who answers.
  source: (await readScript("record-payment.js")).replace(
    "https://api.stripe.com",
    `http://stripe.internal:${stripe.port}`,
  ),
  settings: { events: ["stripe.charge.succeeded"] },
});
await acme.scripts.create({
  name: "look-for-key",
  type: "oneoff",
  source: await readScript("look-for-key.js"),
});

/** A product mounts `skerry.fetch` in its web framework, which calls it for each request. */
async function deliver(what: string, delivery: RequestInit): Promise<void> {
  const response = await skerry.fetch(new Request("https://shop.example/run/acme/stripe", delivery));
  const { received, detail } = (await response.json()) as { readonly [name in string]?: string };
  say(`${what}: ${response.status} ${received ?? detail}`);
}

async function awaitPayment() {
  for (const deadline = Date.now() + GIVE_UP_MS; Date.now() < deadline; await sleep(50)) {
    const { items } = await acme.executions.list({ script: "record-payment", status: "completed" });
    if (items[0] !== undefined) return items[0].output;
  }
  throw new Error("the payment was not recorded");
}

say("# Deliveries");
const event = { id: "evt_1", type: "charge.succeeded", data: { object: { id: "ch_7" } } };
const delivery = signDelivery(event, webhookSecret, 1);
await deliver("signed by somebody else", signDelivery(event, "whsec_guessed", 0));
await deliver("signed long ago", signDelivery(event, webhookSecret, TOO_OLD_SECONDS));
await deliver("signed by Stripe", delivery);
await deliver("the same, overheard and sent again", delivery);
await deliver("delivered by Stripe again", signDelivery(event, webhookSecret, 0));

say("# The payment, as Stripe's API tells it to who has the key");
say(JSON.stringify(await awaitPayment()));
const { items: events } = await acme.events.list();
say(`events: ${events.map(({ id }) => id).join(", ")}`);

say("# What a script gets that looks for the key");
const { output } = await acme.scripts.execute("look-for-key", {});
for (const [what, outcome] of Object.entries(output as object)) say(`${what}: ${outcome}`);
