// Type event, for order.created: this shop only counts.
export default async function (order, ctx) {
  await ctx.storage.increment("orders");
}
