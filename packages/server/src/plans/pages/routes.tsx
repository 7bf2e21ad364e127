import { defineOperatorPage } from "../../web/page.ts";
import type { PageRoute } from "../../web/page.ts";
import type { Plans } from "../plan.ts";
import { PlanList } from "./plan-list.tsx";

/** `/operator/plans`. */
export function createPlanPages(plans: Plans): PageRoute[] {
  return [
    defineOperatorPage({
      method: "GET",
      path: "/plans",
      async handle(request) {
        const { view } = request;
        const content = <PlanList view={view} plans={plans} />;
        return await request.page(content, { title: view.t.operator.plans.title, section: "plans" });
      },
    }),
  ];
}
