import { createClient } from "@skerry/client";
import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import pg from "pg";
import { createSkerry } from "skerry";
import type { Skerry, SkerryOptions } from "skerry";
import { z } from "zod";
import { createServices, TABLES } from "./capabilities.ts";
import { inTransaction, migrate } from "./migrations.ts";

/** Who is signed in to the product, by the session cookie that a browser would send. */
const SESSIONS = new Map([
  ["session-of-ada", { tenant: "acme", user: "ada@acme.example" }],
  ["session-of-bob", { tenant: "globex", user: "bob@globex.example" }],
]);

/** What an article costs where no script says otherwise. */
const LIST_CENTS = { bell: 2_000, lamp: 3_500 };

/** A customer's script may take so long to price an order. The first one of all waits for a process as well. */
const PRICING_DEADLINE_MS = 10_000;
const FIRST_STOCK = 10;

/** Why the database refuses an order, by SQLSTATE (PostgreSQL, appendix A). */
const REFUSALS = new Map([
  ["23503", "There is no such customer."],
  ["23514", "There are not so many on stock."],
]);

const newOrder = z.object({
  customerId: z.int(),
  sku: z.enum(["bell", "lamp"]),
  quantity: z.int().positive(),
});
const price = z.object({ totalCents: z.int().nonnegative() });
type NewOrder = z.output<typeof newOrder>;

/** A product in which shops sell: each of its tenants is one shop, with customers and orders. */
export interface Shop extends AsyncDisposable {
  readonly pool: pg.Pool;
  readonly skerry: Skerry;
  /** The product's own routes, and Skerry below `/skerry`. */
  readonly app: Hono;
  /**
   * Takes a shop on: a tenant of Skerry with a plan, and, in the product's own tables, a first customer and stock.
   *
   * @returns an API key of the tenant.
   */
  signUp(tenant: { readonly id: string; readonly name: string; readonly plan: string }): Promise<string>;
}

/** Starts the product and, inside the same process and database, Skerry. */
export async function createShop(
  options: Pick<SkerryOptions, "dataDir"> & { readonly databaseUrl: string },
): Promise<Shop> {
  await using starting = new AsyncDisposableStack();
  const pool = starting.adopt(new pg.Pool({ connectionString: options.databaseUrl }), (pool) => pool.end());
  // Before Skerry starts: it looks at the tables that are to be exposed.
  await migrate(pool);
  const skerry = starting.use(
    await createSkerry({
      ...options,
      logLevel: "error",
      tables: TABLES,
      services: createServices(pool),
      plans: { free: {}, pro: { grants: ["mail.send"] } },
      identify(request) {
        const session = findSession(request);
        return session && { ...session, permissions: ["scripts.read", "executions.read"] };
      },
    }),
  );

  const app = new Hono();
  app.post("/orders", async (context) => {
    const session = findSession(context.req.raw);
    if (session === undefined) throw new HTTPException(401);
    const order = newOrder.safeParse(await context.req.json());
    if (!order.success) throw new HTTPException(400, { message: z.prettifyError(order.error) });
    return context.json(await placeOrder({ pool, skerry }, session.tenant, order.data), 201);
  });
  app.mount("/skerry", skerry.fetch);

  const operator = createClient({ fetch: skerry.fetchAs({ operator: true }) });
  const parts = starting.move();
  return {
    pool,
    skerry,
    app,
    async signUp(tenant) {
      const { apiKey } = await operator.tenants.create(tenant);
      await pool.query("insert into customers (tenant_id, name, email) values ($1, $2, $3)", [
        tenant.id,
        `carol of ${tenant.name}`,
        `carol@${tenant.id}.example`,
      ]);
      await pool.query("insert into stock select $1, unnest($2::text[]), $3", [
        tenant.id,
        Object.keys(LIST_CENTS),
        FIRST_STOCK,
      ]);
      return apiKey;
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

function findSession(request: Request) {
  return SESSIONS.get(/session=([\w-]+)/.exec(request.headers.get("cookie") ?? "")?.[1] ?? "");
}

/** Prices an order by the tenant's script, stores it, and tells the tenant's scripts: all of it or nothing. */
async function placeOrder({ pool, skerry }: Pick<Shop, "pool" | "skerry">, tenant: string, order: NewOrder) {
  const fallback = { totalCents: LIST_CENTS[order.sku] * order.quantity };
  const answer = await skerry.call(
    tenant,
    "pricing",
    { ...order, listCents: fallback.totalCents },
    { deadlineMs: PRICING_DEADLINE_MS, fallback },
  );
  // A script answers whatever it likes; the product takes what it can use.
  const { totalCents } = price.catch(fallback).parse(answer);

  try {
    return await inTransaction(pool, async (client) => {
      const { rows } = await client.query<{ id: number }>(
        `insert into orders (tenant_id, customer_id, sku, quantity, total_cents)
         values ($1, $2, $3, $4, $5) returning id`,
        [tenant, order.customerId, order.sku, order.quantity, totalCents],
      );
      const placed = { id: rows[0]?.id, totalCents };
      const { customerId, quantity, sku } = order;
      await client.query("select skerry.publish_event($1, 'order.created', $2, $3)", [
        tenant,
        { ...placed, customerId, quantity, sku },
        `order-${placed.id}-created`,
      ]);
      // Where too little is left this fails, and takes order and event back.
      await client.query("update stock set pieces = pieces - $3 where tenant_id = $1 and sku = $2", [
        tenant,
        sku,
        quantity,
      ]);
      return placed;
    });
  } catch (error) {
    const refusal = REFUSALS.get((error as { readonly code?: string }).code ?? "");
    if (refusal === undefined) throw error;
    throw new HTTPException(409, { message: refusal, cause: error });
  }
}
