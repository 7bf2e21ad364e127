// Type http: where Stripe delivers. Skerry has checked the signature by the time this runs. Stripe delivers again when
// it got no answer, so an event is published under Stripe's own id: a second time that does nothing. What is remembered
// saves the work, and is written last: what fails in between comes again.
export default async function (request, ctx) {
  const event = await request.json();
  const key = `stripe/${event.id}`;
  if (await ctx.storage.has(key)) return Response.json({ received: "before" });
  await ctx.events.publish(`stripe.${event.type}`, event.data.object, { id: key });
  await ctx.storage.set(key, true, { ttlSeconds: 30 * 24 * 60 * 60 });
  return Response.json({ received: "now" });
}
