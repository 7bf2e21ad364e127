import { requireOperator } from "../auth/principal.ts";
import { bindRoute } from "../rest/router.ts";
import type { BoundRoute } from "../rest/router.ts";
import { listPlans } from "./contract.ts";
import type { Plan, Plans } from "./plan.ts";

/** `/plans`, for operators. */
export function createPlanRoutes(plans: Plans): BoundRoute[] {
  const items: Plan[] = [...plans].map(([name, terms]) => ({ name, ...terms }));
  return [
    bindRoute(listPlans, ({ operator }) => {
      requireOperator(operator);
      return { items };
    }),
  ];
}
