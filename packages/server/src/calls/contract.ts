import { defineRoute, pathParameters } from "../rest/route.ts";
import { callAnswer, callInput } from "./call.ts";

export const callScript = defineRoute({
  operation: "scripts.call",
  method: "POST",
  path: "/scripts/{script}/call",
  summary: "Calls an `embedded` script and answers with its output.",
  access: "scripts.execute",
  params: pathParameters("script"),
  body: callInput,
  answers: { 200: callAnswer },
  errors: [
    "SCRIPT_NOT_FOUND",
    "SCRIPT_NOT_CALLABLE",
    "SCRIPT_NOT_PUBLISHED",
    "SCRIPT_DISABLED",
    "TENANT_SUSPENDED",
    "CALL_INPUT_INVALID",
    "CALL_OUTPUT_INVALID",
    "CALL_FAILED",
    "CALL_TIMEOUT",
    "CONCURRENCY_LIMIT",
    "CAPACITY",
    "SHUTTING_DOWN",
  ],
});

export const CALL_ROUTES = [callScript] as const;
