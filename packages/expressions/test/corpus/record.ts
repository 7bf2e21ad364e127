import { isDeepStrictEqual } from "node:util";
import type { Case, Encoded } from "./cases.ts";
import type { Outcome } from "./replay.ts";

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
