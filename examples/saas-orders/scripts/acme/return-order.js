// Type http, at POST /orders/:id/return, for who has an API key: the warehouse got an order back.
export default async function (request, ctx) {
  const id = Number(ctx.trigger.params.id);
  if (!Number.isInteger(id)) return Response.json({ error: "An order has a number." }, { status: 400 });
  try {
    return Response.json(await ctx.services.orders.refund({ id }));
  } catch (error) {
    if (error.code !== "ORDER_NOT_REFUNDABLE") throw error;
    return Response.json({ error: error.message }, { status: 404 });
  }
}
