// Type embedded: the product calls it while it takes an order. Who comes back pays a tenth less.
export default async function ({ customerId, listCents }, ctx) {
  const { earlier } = await ctx.db.queryOne("select count(*) as earlier from orders where customer_id = $1", [
    customerId,
  ]);
  return { totalCents: earlier > 0 ? Math.round(listCents * 0.9) : listCents };
}
