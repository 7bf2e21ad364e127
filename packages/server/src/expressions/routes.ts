import { bindRoute } from "../rest/router.ts";
import type { BoundRoute } from "../rest/router.ts";
import { evaluateExpression } from "./contract.ts";
import type { ExpressionService } from "./service.ts";

/** `/expressions` */
export function createExpressionRoutes(expressions: ExpressionService): BoundRoute[] {
  return [bindRoute(evaluateExpression, ({ caller, body }) => expressions.evaluate(caller, body))];
}
