import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import type { BridgeErrorCode } from "@skerry/sandbox";
import { type Attack, groupOf } from "../catalogue.ts";
import { show } from "../outcome.ts";
import type { ExpressionEnd } from "./expression-arena.ts";
import type { Place } from "./naive-compilers.ts";

/** Asserts that an expression ended as it has to. */
export type ExpressionOutcome = (end: ExpressionEnd) => void;

function gives(...allowed: readonly unknown[]): ExpressionOutcome {
  return (end) => {
    const isAllowed = "value" in end && allowed.some((expected) => isDeepStrictEqual(end.value, expected));
    assert.ok(isAllowed, `${describeEnd(end)}, not ${allowed.map(show).join(" or ")}`);
  };
}

function fails(code: BridgeErrorCode): ExpressionOutcome {
  return (end) => assert.ok("error" in end && end.error.code === code, `${describeEnd(end)}, not ${code}`);
}

/** It ended in any way in which a guest may end. */
const ends: ExpressionOutcome = () => {};

/** Nothing but what a guest has anyway: an error, or that there is no such thing. */
const reachesNothing: ExpressionOutcome = (end) => {
  if ("value" in end) gives(undefined, "undefined")(end);
};

function describeEnd(end: ExpressionEnd): string {
  return "error" in end
    ? `ended with ${end.error.code} (${show(end.error.message)})`
    : `gave ${show(end.value)}`;
}

/** Of what is code in JavaScript and gives data: exactly this. A compiler may refuse it; the bridge does not. */
const OUTCOMES: ReadonlyMap<string, ExpressionOutcome> = new Map([
  ["expr.access.16", gives({})],
  ["expr.access.29", gives({})],
  ["expr.access.30", gives({})],
  ["expr.access.58", gives(1)],
  ["expr.access.65", gives({ a: 1 })],
  ["expr.access.66", gives(1)],
  ["expr.parse.02", gives("{{")],
  ["expr.parse.03", gives("}}1{{")],
  ["expr.parse.04", gives(true)],
  ["expr.parse.06", gives(1)],
  ["expr.parse.07", gives(2)],
  ["expr.parse.08", gives(2)],
  ["expr.parse.09", gives(true)],
  ["expr.parse.10", gives("{{ 1 + 1 }}")],
  ["expr.parse.11", gives("a{{ 1 + 1 }}")],
  ["expr.parse.14", gives(3)],
  ["expr.parse.16", gives(2)],
  ["expr.parse.21", gives(1)],
  ["expr.parse.22", gives(1)],
  ["expr.parse.23", fails("BRIDGE_TIMEOUT")],
  ["expr.parse.26", fails("BRIDGE_SCRIPT")],
  ["expr.parse.28", fails("BRIDGE_SYNTAX")],
  ["expr.parse.29", fails("BRIDGE_SYNTAX")],
  ["expr.parse.30", fails("BRIDGE_SCRIPT")],
  ["expr.invalid.17", gives(1)],
]);
const OUTCOMES_OF_CLASSES: ReadonlyMap<string, ExpressionOutcome> = new Map([
  ["expr/access", reachesNothing],
  ["expr/invalid", fails("BRIDGE_SYNTAX")],
]);

/**
 * How an attack has to end in a place.
 *
 * @throws RangeError when nobody has said so.
 */
export function expressionOutcomeOf(attack: Attack, place: Place): ExpressionOutcome {
  // Out of the bridge's own function nothing breaks; what breaks out of a careless compiler's is still a guest.
  if (groupOf(attack.class) === "inject") return place === "function" ? fails("BRIDGE_SYNTAX") : ends;
  const outcome = OUTCOMES.get(attack.id) ?? OUTCOMES_OF_CLASSES.get(attack.class);
  if (outcome === undefined) throw new RangeError(`no outcome is written down for ${attack.id}`);
  return outcome;
}
