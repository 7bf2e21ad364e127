// A customer has something done once, a moment later, and watches how far it has come. Runs by itself:
//
//   node --no-node-snapshot --conditions=@skerry/source examples/src/one-off.ts
import { createClient } from "@skerry/client";
import { createSkerry } from "skerry";

const IMPORT = `
export default async function ({ rows }, ctx) {
  let total = 0;
  for (const [index, row] of rows.entries()) {
    total += row.price;
    ctx.log.info("imported " + row.sku);
    await ctx.progress((index + 1) / rows.length, row.sku);
  }
  return { rows: rows.length, total };
}`;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

await using skerry = await createSkerry();
const operator = createClient({ fetch: skerry.fetchAs({ operator: true }) });
await operator.tenants.create({ id: "acme", name: "Acme" });
const acme = createClient({ fetch: skerry.fetchAs({ tenant: "acme" }) });
await acme.scripts.create({ name: "import", type: "oneoff", source: IMPORT });

const input = { rows: ["A1", "B2", "C3"].map((sku, index) => ({ sku, price: 10 * index })) };
const at = new Date(Date.now() + 1_000).toISOString();
const { id, status } = await acme.scripts.execute("import", { input, at });
say(`asked for it: ${status}`);

for await (const event of acme.executions.follow(id)) {
  if (event.type === "log") say(`  ${event.line.message}`);
  if (event.type === "end") say(`it ${event.status}`);
}
const { output, progress } = await acme.executions.get(id);
say(`${JSON.stringify(output)}, ${100 * (progress?.value ?? 0)} % done`);
