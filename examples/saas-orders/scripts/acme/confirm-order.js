// Type event, for order.created: writes to the customer, and notes it on the order. An event may come twice, so its id
// goes along with what is done about it.
export default async function (order, ctx) {
  const customer = await ctx.db.queryOne("select name from customers where id = $1", [order.customerId]);
  const body = await ctx.expressions.evaluate("Dear {{ $json.name.toTitleCase() }}, it is on its way.", {
    $json: customer,
  });
  await ctx.services.mail.send({
    id: ctx.trigger.event.id,
    customerId: order.customerId,
    subject: `Your order ${order.id}`,
    body,
  });
  await ctx.db.update("orders", { id: order.id }, { note: "confirmed" });
  await ctx.storage.set(`confirmed/${order.id}`, true);
}
