// A customer answers requests with a script of their own, to those who have a key. Runs by itself:
//
//   node --no-node-snapshot --conditions=@skerry/source examples/src/endpoint.ts
import { createClient } from "@skerry/client";
import { createSkerry } from "skerry";

const SHOW_ORDER = `
export default async function (request, ctx) {
  const { id } = ctx.trigger.params;
  const currency = new URL(request.url).searchParams.get("currency") ?? "EUR";
  return Response.json({ id, total: 120, currency }, { headers: { "x-shop": ctx.tenant.id } });
}`;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

await using skerry = await createSkerry();
const operator = createClient({ fetch: skerry.fetchAs({ operator: true }) });
const { apiKey } = await operator.tenants.create({ id: "acme", name: "Acme" });
const acme = createClient({ fetch: skerry.fetchAs({ tenant: "acme" }) });
await acme.scripts.create({
  name: "show-order",
  type: "http",
  source: SHOW_ORDER,
  settings: { path: "/orders/:id", methods: ["GET"], auth: { type: "apiKey" } },
});

/** A product mounts `skerry.fetch` in its web framework, which calls it for each request. */
async function request(method: string, path: string, headers: Record<string, string> = {}): Promise<void> {
  const url = `https://shop.example/run/acme${path}`;
  const response = await skerry.fetch(new Request(url, { method, headers }));
  const body: unknown = await response.json();
  const text = response.ok ? JSON.stringify(body) : (body as { readonly code: string }).code;
  say(`${method} ${path}: ${response.status} ${text}`);
}

await request("GET", "/orders/7");
const authorization = `Bearer ${apiKey}`;
await request("GET", "/orders/7?currency=SEK", { authorization });
await request("DELETE", "/orders/7", { authorization });
