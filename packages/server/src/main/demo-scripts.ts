import type { ScriptInput } from "../scripts/script.ts";

/** The tenant that a first start makes. */
export const DEMO_TENANT = "demo";

/** A script of the demo tenant, in the shape that `POST /api/v1/scripts` takes. */
export type DemoScript = Pick<ScriptInput, "name" | "language" | "source"> & {
  readonly [Field in "type" | "description" | "settings"]: NonNullable<ScriptInput[Field]>;
};

const COUNT_SEALS = `interface Input {
  seals?: string[];
}

export default async function (input: Input | null, ctx: Skerry.Context) {
  const seals = input?.seals ?? ["Grace", "Alan"];
  for (const seal of seals) ctx.log.info(\`\${seal} slides off the rock\`, { seal });

  const total = await ctx.cache.increment("seals", seals.length);
  return { seals, total, next: total % 2 === 0 ? "high tide" : "low tide" };
}
`;

const AHOY = `export default async function (request: Request, ctx: Skerry.Context) {
  const name = new URL(request.url).searchParams.get("name") ?? "sailor";
  const visitor = await ctx.cache.increment("visitors");
  ctx.log.info("the lamp turns", { name, visitor });

  return Response.json({ greeting: \`Ahoy, \${name}!\`, visitor, keeper: ctx.script.name });
}
`;

const READ_TIDE = `const TIDE_HOURS = 12.42;

export default async function (_input: unknown, ctx: Skerry.Context) {
  const hours = Date.now() / 3_600_000;
  const metres = Number((2 + 1.5 * Math.cos((2 * Math.PI * hours) / TIDE_HOURS)).toFixed(2));
  const highest = Math.max(metres, (await ctx.cache.get("highest-tide")) ?? 0);
  await ctx.cache.set("highest-tide", highest);
  ctx.log.info("the gauge is read", { metres, highest });

  return { metres, highest };
}
`;

const WELCOME_SHIP = `interface ShipArrived {
  ship?: string;
}

export default async function (arrival: ShipArrived | null, ctx: Skerry.Context) {
  const ship = arrival?.ship ?? "Beagle";
  const arrivals = await ctx.cache.increment(\`arrivals:\${ship}\`);
  ctx.log.info(\`\${ship} is in the harbour\`, { ship, arrivals });

  return { ship, arrivals, firstTime: arrivals === 1 };
}
`;

const TARIFF = `/** What a berth costs per night, in euros. */
export function perNight(metres: number): number {
  return metres <= 12 ? 30 : 30 + (metres - 12) * 4;
}
`;

const PRICE_BERTH = `import { perNight } from "@tenant/tariff";

interface Berth {
  metres: number;
  nights: number;
}

export default function ({ metres, nights }: Berth) {
  return { total: perNight(metres) * nights, currency: "EUR" };
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
  {
    name: "read-tide",
    type: "scheduled",
    language: "ts",
    description: "Reads the tide gauge every quarter of an hour, and keeps the highest tide.",
    source: READ_TIDE,
    settings: { cron: "*/15 * * * *", timezone: "Europe/Paris", overlap: "skip", misfire: "once" },
  },
  {
    name: "welcome-ship",
    type: "event",
    language: "ts",
    description: "Notes each ship that comes into the harbour.",
    source: WELCOME_SHIP,
    settings: { events: ["ship.arrived"], retry: { attempts: 3, backoffMs: 1_000 } },
  },
  {
    name: "tariff",
    type: "library",
    language: "ts",
    description: "The harbour's tariff, which scripts import.",
    source: TARIFF,
    settings: {},
  },
  {
    name: "price-berth",
    type: "embedded",
    language: "ts",
    description: "Prices a berth for the harbour's own software, which calls it and waits for the answer.",
    source: PRICE_BERTH,
    settings: {
      inputSchema: {
        type: "object",
        required: ["metres", "nights"],
        properties: { metres: { type: "number", minimum: 1 }, nights: { type: "integer", minimum: 1 } },
      },
      outputSchema: {
        type: "object",
        required: ["total", "currency"],
        properties: { total: { type: "number" }, currency: { const: "EUR" } },
      },
    },
  },
];
