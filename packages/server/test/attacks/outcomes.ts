import type { Outcome } from "./outcome.ts";
import { DATA_OUTCOMES } from "./outcomes/data.ts";
import { ESCAPE_OUTCOMES } from "./outcomes/escape.ts";
import { LIMIT_OUTCOMES } from "./outcomes/limit.ts";

/** How each attack of a script has to end, by id. */
export const SCRIPT_OUTCOMES: ReadonlyMap<string, Outcome> = new Map(
  Object.entries({ ...ESCAPE_OUTCOMES, ...LIMIT_OUTCOMES, ...DATA_OUTCOMES }),
);
