import { ARRAY_METHODS } from "./array-methods.ts";
import { isObject } from "./host-values.ts";
import type { Run } from "./run.ts";
import { STRING_METHODS } from "./string-methods.ts";

type NumberMethod = (run: Run, value: number, args: readonly unknown[]) => unknown;

const DECIMAL = 10;

const NUMBER_METHODS: ReadonlyMap<string, NumberMethod> = new Map<string, NumberMethod>([
  ["toFixed", (run, value, [digits]) => (isObject(digits) ? run.giveUp() : value.toFixed(digits as number))],
  // Digits to another base are the engine's own affair.
  [
    "toString",
    (run, value, [base]) => (base === undefined || base === DECIMAL ? String(value) : run.giveUp()),
  ],
]);

/** Whether there is a type on which {@link callMethod} can call a method of that name. */
export function isDirectMethod(name: string): boolean {
  return STRING_METHODS.has(name) || ARRAY_METHODS.has(name) || NUMBER_METHODS.has(name);
}

/** Calls a method of the language. */
export function callMethod(run: Run, value: unknown, name: string, args: readonly unknown[]): unknown {
  if (args.some(isObject)) return run.giveUp();
  switch (typeof value) {
    case "string":
      return (STRING_METHODS.get(name) ?? leaveToGuest)(run, value, args);
    case "number":
      return (NUMBER_METHODS.get(name) ?? leaveToGuest)(run, value, args);
    default:
      return Array.isArray(value)
        ? (ARRAY_METHODS.get(name) ?? leaveToGuest)(run, value, args)
        : run.giveUp();
  }
}

function leaveToGuest(run: Run): undefined {
  return run.giveUp();
}
