import { copyElements, lengthOf, readIndex } from "./host-values.ts";
import type { Run } from "./run.ts";
import { joinElements } from "./texts.ts";

/** A method of arrays. Its arguments are no objects. */
export type ArrayMethod = (run: Run, array: readonly unknown[], args: readonly unknown[]) => unknown;

/** Methods that make nothing but copies. */
export const ARRAY_METHODS: ReadonlyMap<string, ArrayMethod> = new Map<string, ArrayMethod>([
  ["at", at],
  ["includes", search("includes")],
  ["indexOf", search("indexOf")],
  ["join", join],
  ["lastIndexOf", search("lastIndexOf")],
  [
    "slice",
    (run, array, args) => Reflect.apply(Array.prototype.slice, copyElements(run, array), args) as unknown[],
  ],
]);

function at(run: Run, array: readonly unknown[], [index]: readonly unknown[]): unknown {
  if (!Number.isInteger(index)) return run.giveUp();
  const place = index as number;
  const position = place < 0 ? lengthOf(run, array) + place : place;
  return position < 0 ? undefined : readIndex(run, array, position);
}

function search(name: "includes" | "indexOf" | "lastIndexOf"): ArrayMethod {
  return (run, array, args) => {
    const elements = copyElements(run, array);
    for (const element of elements) if (typeof element === "string") run.spendText(element);
    return run.isSure ? (Reflect.apply(elements[name], elements, args) as unknown) : undefined;
  };
}

function join(run: Run, array: readonly unknown[], [separator]: readonly unknown[]): string | undefined {
  if (separator === undefined) return joinElements(run, array, ",");
  return typeof separator === "string" ? joinElements(run, array, separator) : run.giveUp();
}
