/**
 * Scripts by which a request leads to an event, that to a request to another server and to a call, and some that end
 * badly. Wherever something is said there is the secret.
 *
 * @param partner Address of the other server.
 */
export function createTracedScripts(partner: string, secret: string): readonly object[] {
  return [
    {
      name: "order",
      type: "http",
      source: `export default async (request, ctx) => {
        await ctx.events.publish("order.created", { secret: "${secret}" });
        return new Response("ordered");
      }`,
      settings: { path: "/orders/:id", methods: ["POST"] },
    },
    {
      name: "tell",
      type: "event",
      source: `export default async (payload, ctx) => {
        await fetch("${partner}", { headers: { "x-key": "${secret}" } });
        await ctx.scripts.call("count", 2);
      }`,
      settings: { events: ["order.*"] },
    },
    {
      name: "count",
      type: "embedded",
      source: `export default async (input, ctx) => {
        await ctx.cache.set("${secret}", input);
        return input;
      }`,
    },
    {
      name: "own",
      type: "oneoff",
      source: `export default (traceparent) => fetch("${partner}", { headers: { traceparent } }).then((r) => r.status);`,
    },
    {
      name: "broken",
      type: "oneoff",
      source: `export default () => { throw new Error("${secret}"); };`,
    },
    {
      name: "endless",
      type: "oneoff",
      source: "export default () => { for (;;); };",
      settings: { limits: { cpuMs: 50 } },
    },
    { name: "patient", type: "oneoff", source: "export default (ms, ctx) => ctx.sleep(ms);" },
  ];
}
