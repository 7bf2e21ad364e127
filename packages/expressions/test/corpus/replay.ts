import {
  ExpressionError,
  type ExpressionEvaluator,
  type HostData,
  type WorkflowSource,
  workflowData,
} from "../../src/index.ts";
import type { Case, Encoded } from "./cases.ts";
import { decode, encode } from "./encoding.ts";

/** What came of a case. */
export type Outcome = { readonly value: Encoded } | { readonly error: string; readonly code: string };

/** Sources of workflow data, by name. */
export type Fixtures = Readonly<Record<string, unknown>>;

/** Evaluates a case in a scope of its own. */
export async function replay(
  { expression, data, timezone, setup = [] }: Case,
  evaluator: ExpressionEvaluator,
  fixtures: Fixtures,
): Promise<Outcome> {
  const fixture = data["$fixture"];
  const hostData =
    typeof fixture === "string"
      ? workflowData(fixtures[fixture] as WorkflowSource)
      : (decode(data) as HostData);
  const options = { errors: "undefined", ...(timezone !== undefined && { timezone }) } as const;
  using scope = evaluator.openScope(hostData);
  for (const each of setup) await scope.evaluate(each, options).catch(() => {});
  try {
    return { value: encode(await scope.evaluate(expression, options)) };
  } catch (error) {
    const code = error instanceof ExpressionError ? error.code : "";
    return { error: (error as Error).message, code };
  }
}
