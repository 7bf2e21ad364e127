import { lengthOf, readElement } from "./host-values.ts";
import { type Evaluate, type Link, type Part, noteElements, noteValue } from "./part.ts";
import type { Run } from "./run.ts";

/** An arrow function of the code, given to a method of an array. */
export interface Callback {
  readonly body: Part;
  /** Where in the run's locals its parameters are. */
  readonly parameters: readonly number[];
  /** Steps that one call takes. */
  readonly steps: number;
}

/** Is told what a call gave. @returns true to end the loop. */
type Visit = (result: unknown, item: unknown, index: number) => boolean;

/** Steps to read an element. */
const ELEMENT_STEPS = 4;

/** Methods that call back with each element and its index. Holes are left to the guest. */
export const CALLBACK_METHODS: ReadonlyMap<string, (callback: Callback) => Link> = new Map([
  ["map", createMap],
  ["filter", createFilter],
  ["find", (callback: Callback) => createSearch(callback, true, undefined, (item) => item)],
  ["findIndex", (callback: Callback) => createSearch(callback, true, -1, (_, index) => index)],
  ["some", (callback: Callback) => createSearch(callback, true, false, () => true)],
  ["every", (callback: Callback) => createSearch(callback, false, true, () => false)],
]);

/** Most parameters that such a callback can have; the third would be the array. */
export const CALLBACK_PARAMETERS = 2;

/** `array.reduce(callback, initial)` */
export function createReduce({ body, parameters, steps }: Callback, initial: Evaluate): Link {
  const [accumulator, ...others] = parameters;
  return {
    noteHost: noteValue,
    apply(run, value) {
      const array = requireArray(run, value);
      let result = initial(run);
      const keep = (next: unknown): false => {
        result = next;
        if (accumulator !== undefined) run.locals[accumulator] = next;
        return false;
      };
      keep(result);
      if (array) loop(run, array, { body, parameters: others, steps }, keep);
      return result;
    },
  };
}

function createMap(callback: Callback): Link {
  return {
    noteHost: noteElements(callback.body.noteHost),
    apply(run, value) {
      const results: unknown[] = [];
      const array = requireArray(run, value);
      if (array) loop(run, array, callback, (result) => (results.push(result), false));
      return results;
    },
  };
}

function createFilter(callback: Callback): Link {
  return {
    noteHost: noteElements(noteValue),
    apply(run, value) {
      const items: unknown[] = [];
      const array = requireArray(run, value);
      if (array) loop(run, array, callback, (result, item) => (result ? items.push(item) : 0, false));
      return items;
    },
  };
}

/** Ends at the first call whose result is truthy, or is not, and gives something of it; else something else. */
function createSearch(
  callback: Callback,
  isWanted: boolean,
  missing: unknown,
  give: (item: unknown, index: number) => unknown,
): Link {
  return {
    noteHost: noteValue,
    apply(run, value) {
      let found = missing;
      const array = requireArray(run, value);
      const visit: Visit = (result, item, index) => {
        if (Boolean(result) !== isWanted) return false;
        found = give(item, index);
        return true;
      };
      if (array) loop(run, array, callback, visit);
      return found;
    },
  };
}

function requireArray(run: Run, value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value as readonly unknown[];
  return value === undefined || value === null ? run.fail() : run.giveUp();
}

/** The steps are asked for before, so that nobody waits for what will not be finished. */
function loop(
  run: Run,
  array: readonly unknown[],
  { body, parameters, steps }: Callback,
  visit: Visit,
): void {
  const length = lengthOf(run, array);
  if (!run.spend(length * (steps + ELEMENT_STEPS))) return;
  const [itemSlot, indexSlot] = parameters;
  for (let index = 0; index < length; index++) {
    const item = readElement(run, array, index);
    if (itemSlot !== undefined) run.locals[itemSlot] = item;
    if (indexSlot !== undefined) run.locals[indexSlot] = index;
    const result = body.evaluate(run);
    if (!run.isSure || visit(result, item, index)) return;
  }
}
