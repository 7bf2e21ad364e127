import { ARRAY_METHODS } from "./array-methods.ts";
import { isObject } from "./host-values.ts";
import type { Run } from "./run.ts";
import { STRING_METHODS } from "./string-methods.ts";

type NumberMethod = (run: Run, value: number, args: readonly unknown[]) => unknown;

const DECIMAL = 10;
const MAX_DIGITS = 100;

const NUMBER_METHODS: ReadonlyMap<string, NumberMethod> = new Map<string, NumberMethod>([
  ["toFixed", toFixed],
  ["toString", toString],
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

function toFixed(run: Run, value: number, [digits = 0]: readonly unknown[]): string | undefined {
  const isPossible = typeof digits === "number" && digits >= 0 && digits <= MAX_DIGITS;
  return isPossible && run.spend(digits) ? value.toFixed(digits) : run.giveUp();
}

/** Digits to another base are the engine's own affair. */
function toString(run: Run, value: number, [base]: readonly unknown[]): string | undefined {
  return base === undefined || base === DECIMAL ? String(value) : run.giveUp();
}
