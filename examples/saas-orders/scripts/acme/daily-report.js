// Type scheduled: what was sold within a day.
export default async function (input, ctx) {
  const report = await ctx.db.queryOne(
    `select count(*) as orders, coalesce(sum(total_cents), 0) as cents from orders
     where status = 'paid' and created_at > now() - interval '1 day'`,
  );
  ctx.log.info("the day's sales", report);
  return report;
}
