/** What one call of a capability is, as the body of a function with `ctx`. */
const CALLS = {
  cache: `ctx.cache.get("rate")`,
  storage: `ctx.storage.get("rate")`,
  db: `ctx.db.query("select id, status, total from orders where id = $1", [1])`,
  log: `ctx.log.info("the order is paid", { order: 1 })`,
  service: `ctx.services.orders.tax({ total: 12 })`,
} as const;
export type CallName = keyof typeof CALLS;

/**
 * A script that stores what the calls read, then makes one kind of call, one after another, and gives the milliseconds of
 * each on average: a guest's clock has whole milliseconds. Its cache is its own.
 */
export const MEASURE_SOURCE = `${measureFunction(CALLS)}
export default async ({ call, count }, ctx) => {
  if (call !== undefined) return await measure(ctx, call, count);
  await ctx.cache.set("rate", { percent: 20 });
  await ctx.storage.set("rate", { percent: 20 });
  return [await ctx.cache.get("rate"), await ctx.storage.get("rate")];
};`;

/** `measure(ctx, call, count)` over calls by their names. */
export function measureFunction(calls: Readonly<Record<string, string>>): string {
  const cases = Object.entries(calls).map(([name, code]) => `${name}: (ctx) => ${code}`);
  return `const CALLS = { ${cases.join(",\n")} };
async function measure(ctx, name, count) {
  const call = CALLS[name];
  const start = Date.now();
  for (let index = 0; index < count; index++) await call(ctx);
  return (Date.now() - start) / count;
}`;
}
