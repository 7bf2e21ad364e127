import type { Attack } from "./catalogue.ts";
import type { Outcome } from "./outcome.ts";
import { DATA_OUTCOMES } from "./outcomes/data.ts";
import { SQL_OUTCOMES } from "./outcomes/sql.ts";
import { ESCAPE_OUTCOMES } from "./outcomes/escape.ts";
import { LIMIT_OUTCOMES } from "./outcomes/limit.ts";

/** How each attack of a script has to end, by id. */
export const SCRIPT_OUTCOMES: ReadonlyMap<string, Outcome> = new Map(
  Object.entries({ ...ESCAPE_OUTCOMES, ...LIMIT_OUTCOMES, ...DATA_OUTCOMES, ...SQL_OUTCOMES }),
);

/**
 * How an attack of a script has to end.
 *
 * @throws RangeError when nobody has said so: an attack without an outcome is not contained.
 */
export function outcomeOf(attack: Attack): Outcome {
  const outcome = SCRIPT_OUTCOMES.get(attack.id);
  if (outcome === undefined) throw new RangeError(`no outcome is written down for ${attack.id}`);
  return outcome;
}
