import type { Pool } from "pg";
import { defineService, exposeTable, ServiceError } from "skerry";
import type { ExposedTable, Service } from "skerry";
import { z } from "zod";

/** What scripts see of the product's tables: their tenant's rows, and of those these columns. `mails` stays closed. */
export const TABLES: readonly ExposedTable[] = [
  exposeTable("orders", {
    tenantColumn: "tenant_id",
    operations: ["select", "update"],
    columns: {
      read: [
        "tenant_id",
        "id",
        "customer_id",
        "sku",
        "quantity",
        "total_cents",
        "status",
        "note",
        "created_at",
      ],
      write: ["note"],
    },
  }),
  // Scripts get no addresses: `mail.send` finds them by itself.
  exposeTable("customers", {
    tenantColumn: "tenant_id",
    operations: ["select"],
    columns: { read: ["id", "name"] },
  }),
];

/** What scripts may ask the product to do. The tenant comes from Skerry, never from what a script gives. */
export function createServices(pool: Pool): readonly Service[] {
  const refund = defineService({
    name: "orders.refund",
    summary: "Pays an order back.",
    input: z.strictObject({ id: z.int() }),
    output: z.object({ refundedCents: z.int() }),
    audit: true,
    async handler({ id }, { tenant }) {
      const { rows } = await pool.query<{ total_cents: number }>(
        `update orders set status = 'refunded'
         where tenant_id = $1 and id = $2 and status = 'paid' returning total_cents`,
        [tenant, id],
      );
      const [order] = rows;
      if (order === undefined) {
        throw new ServiceError("ORDER_NOT_REFUNDABLE", `There is no order ${id} that is paid.`);
      }
      return { refundedCents: order.total_cents };
    },
  });

  const sendMail = defineService({
    name: "mail.send",
    summary: "Writes to a customer. A second mail with the same id is not sent.",
    input: z.strictObject({
      id: z.string().max(200),
      customerId: z.int(),
      subject: z.string().max(200),
      body: z.string().max(10_000),
    }),
    output: z.object({ sent: z.boolean() }),
    // Only for tenants whose plan grants it.
    permission: "mail.send",
    rateLimit: { limit: 100, perSeconds: 3_600 },
    async handler({ id, customerId, subject, body }, { tenant }) {
      // A real product hands these rows to its mail server.
      const { rowCount } = await pool.query(
        `insert into mails select tenant_id, $3, email, $4, $5 from customers where tenant_id = $1 and id = $2
         on conflict do nothing`,
        [tenant, customerId, id, subject, body],
      );
      return { sent: rowCount === 1 };
    },
  });

  return [refund, sendMail];
}
