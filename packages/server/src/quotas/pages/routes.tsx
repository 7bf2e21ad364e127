import { z } from "zod";
import type { PlatformServices } from "../../platform.ts";
import { definePage } from "../../web/page.ts";
import type { PageRoute } from "../../web/page.ts";
import { UsagePage } from "./usage-page.tsx";
import { PERIODS } from "./periods.ts";

const usageQuery = z.object({
  days: z
    .enum(PERIODS.map(String) as [string, ...string[]])
    .default("30")
    .transform(Number),
});

/** `/usage`: what a tenant may use and does. */
export function createUsagePages({
  usage,
  statistics,
}: Pick<PlatformServices, "usage" | "statistics">): PageRoute[] {
  return [
    definePage({
      method: "GET",
      path: "/usage",
      access: "usage.read",
      async handle(request) {
        const { caller, view } = request;
        const { days } = request.query(usageQuery);
        const [limits, summary] = await Promise.all([
          usage.describeLimits(caller),
          statistics.describe(caller, days),
        ]);
        const content = <UsagePage view={view} days={days} limits={limits} statistics={summary} />;
        return await request.page(content, { title: view.t.usage.title, section: "usage", chart: true });
      },
    }),
  ];
}
