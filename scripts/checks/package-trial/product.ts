// What somebody does who has installed our packages from the registry: each of the four at work, without a repository.
import assert from "node:assert/strict";
import { createClient } from "@skerry/client";
import { ExpressionEvaluator, ProcessBridge, QuickJsBridge } from "@skerry/expressions";
import { createRunnerPool } from "@skerry/sandbox";
import { createSkerry, defineService } from "skerry";
import { z } from "zod";

for (const createBridge of [() => new ProcessBridge(), () => new QuickJsBridge()]) {
  const evaluator = new ExpressionEvaluator({ createBridge });
  await evaluator.initialize();
  const data = { $json: { words: ["a", "b"] } };
  assert.equal(await evaluator.evaluate("{{ (() => $json.words.map((w) => w + w))().last() }}", data), "bb");
  await evaluator.dispose();
}
assert.equal(typeof createRunnerPool, "function");

const stock = defineService({
  name: "stock.count",
  input: z.object({ sku: z.string() }),
  output: z.object({ count: z.number() }),
  handler: () => ({ count: 7 }),
});

await using skerry = await createSkerry({ dataDir: "data", services: [stock], logLevel: "warn" });
const operator = createClient({ fetch: skerry.fetchAs({ operator: true }) });
await operator.tenants.create({ id: "acme", name: "Acme" });
const acme = createClient({ fetch: skerry.fetchAs({ tenant: "acme" }) });
await acme.scripts.create({
  name: "supply",
  type: "embedded",
  language: "ts",
  source: `export default async ({ sku }: { sku: string }, ctx) => {
    await ctx.cache.set("last", sku);
    return { ...(await ctx.services.stock.count({ sku })), last: await ctx.cache.get("last") };
  }`,
});
assert.deepEqual(await skerry.call("acme", "supply", { sku: "A1" }), { count: 7, last: "A1" });

const page = await skerry.fetch(new Request("http://127.0.0.1/sign-in"));
const html = await page.text();
assert.equal(page.status, 200);
const script = /src="(\/assets\/[^"]+\.js)"/.exec(html)?.[1] ?? "";
assert.equal((await skerry.fetch(new Request(`http://127.0.0.1${script}`))).status, 200, script);
console.log("all four packages work");
