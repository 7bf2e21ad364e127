import { createClient } from "@skerry/client";
import { createSkerry } from "skerry";
import type { Skerry } from "skerry";

/** Who is signed in to the product, by the session cookie that a browser would send. */
const SESSIONS = new Map([
  ["session-of-ada", { customer: "acme", user: "ada@acme.example" }],
  ["session-of-bob", { customer: "globex", user: "bob@globex.example" }],
]);

/** What each customer wrote to price their orders; a customer without a script pays the list price. */
const PRICING = `
export default function ({ sku, quantity }) {
  const unit = sku === "A1" ? 40 : 25;
  return { total: unit * quantity * (quantity >= 10 ? 0.9 : 1) };
}`;

const LIST_PRICE = 50;

/** A small shop whose customers may write their own pricing. */
export interface Product extends AsyncDisposable {
  readonly skerry: Skerry;
  /** What an order costs: by the customer's script, or by the list when they have none or it fails or is too slow. */
  price(customer: string, order: Order): Promise<{ readonly total: number }>;
}

export interface Order {
  readonly sku: string;
  readonly quantity: number;
}

/** Starts Skerry inside this process and makes a tenant for each customer. */
export async function createProduct(): Promise<Product> {
  const skerry = await createSkerry({
    // Everything of Skerry is below it: /skerry/t/…, /skerry/api/v1/…, /skerry/run/…
    basePath: "/skerry",
    // The product's own session stands for a user of Skerry, with what this product lets its users do.
    identify(request) {
      const session = SESSIONS.get(/session=([\w-]+)/.exec(request.headers.get("cookie") ?? "")?.[1] ?? "");
      return session && { tenant: session.customer, user: session.user, permissions: ["scripts.read"] };
    },
  });

  const operator = createClient({ fetch: skerry.fetchAs({ operator: true }) });
  for (const id of ["acme", "globex"]) {
    if (!(await exists(operator.tenants.get(id)))) await operator.tenants.create({ id, name: id });
  }
  const acme = createClient({ fetch: skerry.fetchAs({ tenant: "acme" }) });
  if (!(await exists(acme.scripts.get("pricing")))) {
    await acme.scripts.create({ name: "pricing", type: "embedded", source: PRICING });
  }

  return {
    skerry,
    async price(customer, order) {
      const fallback = { total: LIST_PRICE * order.quantity };
      const priced = await skerry.call(customer, "pricing", { ...order }, { deadlineMs: 2_000, fallback });
      return priced as { total: number };
    },
    [Symbol.asyncDispose]: () => skerry.close(),
  };
}

async function exists(answer: Promise<unknown>): Promise<boolean> {
  try {
    await answer;
    return true;
  } catch (error) {
    if ((error as { readonly status?: number }).status === 404) return false;
    throw error;
  }
}
