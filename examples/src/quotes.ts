// A customer's script makes quotes: it asks another script for the price, remembers what is dear to compute, writes the
// text by an expression, and looks at what it may still use. Runs by itself:
//
//   node --no-node-snapshot --conditions=@skerry/source examples/src/quotes.ts
import { createClient } from "@skerry/client";
import { createSkerry } from "skerry";

const PRICING = `
export default ({ sku, quantity }) => ({ total: (sku === "A1" ? 40 : 25) * quantity });`;

const QUOTE = `
export default async function (order, ctx) {
  const { total } = await ctx.scripts.call("pricing", order);

  const rate = await ctx.cache.remember("rate", { ttlSeconds: 600 }, async () => {
    ctx.log.info("asking for the rate");
    await ctx.sleep(10);
    return 1.25;
  });

  const text = await ctx.expressions.evaluate("{{ $order.sku }} × {{ $order.quantity }}: {{ ($total * $rate).round(2) }} USD", {
    $order: order,
    $total: total,
    $rate: rate,
  });
  const { executionsPerMonth } = await ctx.limits.remaining();
  return { text, executionsLeft: executionsPerMonth.remaining };
}`;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

await using skerry = await createSkerry({ plans: { default: { quotas: { executionsPerMonth: 100 } } } });
const operator = createClient({ fetch: skerry.fetchAs({ operator: true }) });
await operator.tenants.create({ id: "acme", name: "Acme" });
const acme = createClient({ fetch: skerry.fetchAs({ tenant: "acme" }) });
await acme.scripts.create({ name: "pricing", type: "embedded", source: PRICING });
await acme.scripts.create({ name: "quote", type: "oneoff", source: QUOTE });

for (const quantity of [2, 3]) {
  const { id, output } = await acme.scripts.execute("quote", { input: { sku: "A1", quantity } });
  const { items } = await acme.executions.logs(id);
  say(`${JSON.stringify(output)}, after ${items.length} lines of log`);
}
