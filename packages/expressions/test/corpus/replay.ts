import { isDeepStrictEqual } from "node:util";
import { type ExpressionEvaluator, ExpressionError, type HostData } from "../../src/index.ts";
import { type Case, type Encoded, FIXTURES } from "./cases.ts";
import { decode, encode } from "./encoding.ts";

/** What came of a case. */
export type Outcome = { readonly value: Encoded } | { readonly error: string; readonly code: string };

/** Makes the data of a workflow run. */
export type MakeWorkflowData = (source: never) => HostData;

/** Evaluates a case in a scope of its own. */
export async function replay(
  { expression, data, timezone, setup = [] }: Case,
  evaluator: ExpressionEvaluator,
  makeWorkflowData: MakeWorkflowData,
): Promise<Outcome> {
  const fixture = data["$fixture"];
  const source = typeof fixture === "string" ? FIXTURES[fixture] : undefined;
  const hostData = source ? makeWorkflowData(source as never) : (decode(data) as HostData);
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

/** What a case has to come to: the recorded outcome, or that of plain JavaScript where the record is a quirk. */
export function isAsRecorded({ result, error, js, quirks }: Case, outcome: Outcome): boolean {
  const expected = quirks && js !== undefined ? js : result;
  if (expected !== undefined && isThrown(expected)) return "error" in outcome;
  if (expected === undefined) return error !== undefined && "error" in outcome;
  return "value" in outcome && isDeepStrictEqual(outcome.value, expected);
}

/** How the corpus says that plain JavaScript throws, or gives what no bridge carries. */
function isThrown(js: Encoded): boolean {
  if (typeof js !== "object" || js === null) return false;
  if ("threw" in js) return true;
  const text = JSON.stringify(js);
  return /"\$type":"(?:function|symbol|promise)"/.test(text);
}
