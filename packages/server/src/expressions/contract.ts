import { defineRoute } from "../rest/route.ts";
import { evaluated, evaluateInput } from "./evaluation.ts";

export const evaluateExpression = defineRoute({
  operation: "expressions.evaluate",
  method: "POST",
  path: "/expressions/evaluate",
  summary: "Evaluates an expression or a template over data, in the tenant's own process.",
  access: "scripts.execute",
  body: evaluateInput,
  answers: { 200: evaluated },
  errors: [
    "EXPRESSION_SYNTAX",
    "EXPRESSION_UNSUPPORTED",
    "EXPRESSION_FAILED",
    "EXPRESSION_EXTENSION",
    "EXPRESSION_RESULT",
    "EXPRESSION_TIMEZONE",
    "EXPRESSION_TIMEOUT",
    "EXPRESSION_MEMORY",
    "TENANT_SUSPENDED",
    "CONCURRENCY_LIMIT",
    "CAPACITY",
    "SHUTTING_DOWN",
  ],
});

export const EXPRESSION_ROUTES = [evaluateExpression] as const;
