/** The tenant that a first start makes. */
export const DEMO_TENANT = "demo";

/** A script of the demo tenant, in the shape that `POST /api/v1/scripts` takes. */
export interface DemoScript {
  readonly name: string;
  readonly type: "oneoff" | "http";
  readonly language: "ts";
  readonly description: string;
  readonly source: string;
  readonly settings: { readonly path?: string; readonly methods?: readonly string[] };
}

const COUNT_SEALS = `interface Input {
  seals?: string[];
}

export default async function (input: Input | null, ctx) {
  const seals = input?.seals ?? ["Grace", "Alan"];
  for (const seal of seals) ctx.log.info(\`\${seal} slides off the rock\`, { seal });

  const total = await ctx.cache.increment("seals", seals.length);
  return { seals, total, next: total % 2 === 0 ? "high tide" : "low tide" };
}
`;

const AHOY = `export default async function (request: Request, ctx) {
  const name = new URL(request.url).searchParams.get("name") ?? "sailor";
  const visitor = await ctx.cache.increment("visitors");
  ctx.log.info("the lamp turns", { name, visitor });

  return Response.json({ greeting: \`Ahoy, \${name}!\`, visitor, keeper: ctx.script.name });
}
`;

/** What the demo tenant starts with: one script per type, each small enough to read at a glance. */
export const DEMO_SCRIPTS: readonly DemoScript[] = [
  {
    name: "count-seals",
    type: "oneoff",
    language: "ts",
    description: "Counts seals, and remembers the count from run to run.",
    source: COUNT_SEALS,
    settings: {},
  },
  {
    name: "ahoy",
    type: "http",
    language: "ts",
    description: "Greets whoever passes the lighthouse.",
    source: AHOY,
    settings: { path: "/ahoy", methods: ["GET"] },
  },
];
