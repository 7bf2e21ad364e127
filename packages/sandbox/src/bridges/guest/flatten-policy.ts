import type { TypedPayload } from "./transfer-types.ts";

/** Stands for a property that is not there, or not to be seen. */
export const ABSENT: unique symbol = Symbol("absent");

/** An object that the other side knows by number. */
export interface NodeReference {
  readonly node: number;
  /** Of an array; -1 for other objects. */
  readonly length: number;
}

/** How values are read: the guest's as any code would, the host's without running anything of them. */
export interface Reader {
  keys(value: object): readonly string[];
  /** Length of an array. */
  length(value: object): number;
  /** Own property, or {@link ABSENT}. */
  read(value: object, key: string | number): unknown;
  /** Property, own or not. */
  readInherited(value: object, key: string): unknown;
}

/** What is in a plain object or array. */
export interface Content {
  /** Of an object. */
  readonly keys: readonly string[] | undefined;
  /** A value for each key or index, or {@link ABSENT}. */
  readonly items: readonly unknown[];
}

/** What a {@link Flattener} does with what is not plain data. */
export interface FlattenPolicy {
  readonly reader: Reader;
  /** The object may stand on the wire as it is, with all that is in it: see {@link PlainTest}. */
  isPlain?(value: object, depth: number): boolean;
  /** Tells of an object of a class that both sides know. */
  describeTyped?(value: object): TypedPayload | undefined;
  /** The other side has this object already. */
  refer?(value: object): NodeReference | undefined;
  /** Gives a function a number; without it functions are refused. */
  numberFunction?(value: object): number;
  /** Reads a plain object or array that shall go along, or leaves it behind as a node. Without it all go along. */
  admit?(value: object, isArray: boolean, depth: number): Content | NodeReference;
  /** What code never sees of host data (symbols, promises, iterators) is absent, and nobody is asked. */
  readonly omitsUnseen?: boolean;
  /** Throws, or returns and the value is absent. */
  refuse(what: string, path: string): void;
}
