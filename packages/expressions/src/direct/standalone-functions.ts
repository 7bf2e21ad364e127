import { STANDALONE_FUNCTIONS } from "../extensions/guest/index.ts";
import { isShort } from "./extension-calls.ts";
import { copyFields, isObject } from "./host-values.ts";
import type { Run } from "./run.ts";

type Call = (run: Run, args: readonly unknown[]) => unknown;

/** Those that only look at their arguments. */
const OF_PRIMITIVES = new Set(["$average", "$max", "$min", "$not"]);
const IF_EMPTY = "$ifEmpty";

/** Functions of the runtime that are called by themselves, aliases included. */
export const STANDALONE_CALLS: ReadonlyMap<string, Call> = new Map(
  STANDALONE_FUNCTIONS.filter(({ name }) => OF_PRIMITIVES.has(name) || name === IF_EMPTY).flatMap(
    ({ name, aliases = [], run: call }) => {
      const guarded = name === IF_EMPTY ? onVisible(call) : onPrimitives(call);
      return [name, ...aliases].map((each) => [each, guarded] as const);
    },
  ),
);

function onPrimitives(call: (...args: unknown[]) => unknown): Call {
  return (run, args) => (args.every((arg) => isShort(run, arg)) ? call(...args) : run.giveUp());
}

/** The first argument may be an object, whose fields will be counted: all of them must be such that code sees them. */
function onVisible(call: (...args: unknown[]) => unknown): Call {
  return (run, args) => {
    const [value] = args;
    if (isObject(value) && !Array.isArray(value)) copyFields(run, value);
    return run.isSure ? call(...args) : undefined;
  };
}
