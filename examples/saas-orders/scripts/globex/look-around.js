// Type oneoff: tries to get at what another tenant has, and tells what came of it.
export default async function ({ orderOfAcme }, ctx) {
  const codeOf = async (work) => {
    try {
      return await work();
    } catch (error) {
      return error.code;
    }
  };
  return {
    "tenants in orders": (await ctx.db.query("select distinct tenant_id from orders")).map(
      ({ tenant_id }) => tenant_id,
    ),
    "orders of Acme": await ctx.db.query("select id from orders where tenant_id = 'acme'"),
    "orders of Acme changed": await ctx.db.update("orders", { id: orderOfAcme }, { note: "mine" }),
    "a refund of Acme's": await codeOf(() => ctx.services.orders.refund({ id: orderOfAcme })),
    "addresses of customers": await codeOf(() => ctx.db.query("select email from customers")),
    "a table that is not exposed": await codeOf(() => ctx.db.query("select * from mails")),
    "a mail, not in its plan": await codeOf(() =>
      ctx.services.mail.send({ id: "1", customerId: 1, subject: "Hello", body: "Buy more" }),
    ),
    "keys in storage": (await ctx.storage.list()).items.map(({ key }) => key),
  };
}
