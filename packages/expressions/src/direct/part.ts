import { isObject } from "./host-values.ts";
import type { HostContainers } from "./host-containers.ts";
import type { Run } from "./run.ts";

/** Gives the value of a piece of code. The value means nothing once the run is not sure any more. */
export type Evaluate = (run: Run) => unknown;

/** Notes containers of the host in the value that stands under a key of something that the evaluation made. */
export type NoteHost = (found: HostContainers, holder: object, key: PropertyKey) => void;

/** A piece of code, ready to be evaluated. */
export interface Part {
  readonly evaluate: Evaluate;
  readonly noteHost: NoteHost;
}

/** What is done to a value: a member of it read, a method called. */
export interface Link {
  readonly apply: (run: Run, value: unknown) => unknown;
  /** Of what comes out. */
  readonly noteHost: NoteHost;
}

/** For values that are never objects. */
export const noteNothing: NoteHost = () => {};

/** For values that may be anything. What the evaluation made counts as the host's too, if nobody knows better. */
export const noteValue: NoteHost = (found, holder, key) => {
  const value: unknown = Reflect.get(holder, key);
  if (isObject(value)) found.add(holder, key, value);
};

/** For arrays that the evaluation makes. */
export function noteElements(noteElement: NoteHost): NoteHost {
  if (noteElement === noteNothing) return noteNothing;
  return (found, holder, key) => {
    const array = Reflect.get(holder, key) as readonly unknown[];
    for (let index = 0; index < array.length; index++) noteElement(found, array, index);
  };
}
