import { copyElements, copyFields, isObject, setField } from "./host-values.ts";
import { type Evaluate, type NoteHost, type Part, noteNothing, noteValue } from "./part.ts";
import type { Run } from "./run.ts";

/** Puts what a part of an array or object literal stands for into the array or object. */
export type Put<Container> = (run: Run, container: Container) => void;

export function putElement(evaluate: Evaluate): Put<unknown[]> {
  return (run, array) => void array.push(evaluate(run));
}

export function spreadElements(evaluate: Evaluate): Put<unknown[]> {
  return (run, array) => {
    const value = evaluate(run);
    if (!Array.isArray(value)) run.giveUp();
    else for (const element of copyElements(run, value)) array.push(element);
  };
}

export function putField(evaluateKey: Evaluate, evaluate: Evaluate): Put<Record<string, unknown>> {
  return (run, fields) => {
    const key = evaluateKey(run);
    if (isObject(key)) run.giveUp();
    else setField(run, fields, String(key), evaluate(run));
  };
}

export function spreadFields(evaluate: Evaluate): Put<Record<string, unknown>> {
  return (run, fields) => {
    const value = evaluate(run);
    if (value === undefined || value === null) return;
    if (!isObject(value) || Array.isArray(value)) run.giveUp();
    else Object.assign(fields, copyFields(run, value));
  };
}

export function noteEach(parts: readonly (readonly [key: PropertyKey, part: Part])[]): NoteHost {
  const noting = parts.filter(([, { noteHost }]) => noteHost !== noteNothing);
  if (noting.length === 0) return noteNothing;
  return (found, holder, key) => {
    const made = Reflect.get(holder, key) as object;
    for (const [inner, { noteHost }] of noting) noteHost(found, made, inner);
  };
}

export const noteFields: NoteHost = (found, holder, key) => {
  const fields = Reflect.get(holder, key) as object;
  for (const inner of Object.keys(fields)) noteValue(found, fields, inner);
};
