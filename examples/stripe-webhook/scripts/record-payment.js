// Type event, for stripe.charge.succeeded: asks Stripe what was paid. The key is put in by the host on the way out.
export default async function (charge, ctx) {
  const reply = await ctx.http.get(`https://api.stripe.com/v1/charges/${charge.id}`, {
    auth: ctx.http.secret("STRIPE_KEY"),
    timeoutMs: 5_000,
    retry: { attempts: 3 },
  });
  if (!reply.ok) throw new Error(`Stripe answered ${reply.status}`);
  const { id, amount, currency } = await reply.json();
  await ctx.storage.set(`payments/${id}`, { amount, currency });
  return { id, amount, currency };
}
