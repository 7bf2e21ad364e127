import type { ReceiverType } from "../extensions/guest/index.ts";

/** What an editor knows of a value: its type, and the way into it. Nothing of it is looked at before it is asked for. */
export interface Shape {
  /** E.g. `string`, `array`, `DateTime`, `Math`. */
  readonly typeName: string;
  /** Whose extension functions the value has; `any` where that is not known. */
  readonly receiver: ReceiverType;
  /** The value or its type, short enough for one line. */
  readonly detail: string;
  readonly description?: string | undefined;
  /** Names of the members of the value's own, in their order. */
  names(): Iterable<string>;
  member(name: string): Member | undefined;
  /** An element of an array. */
  element(): Shape | undefined;
}

export interface Member {
  readonly name: string;
  /** What a property is, or what a method gives. */
  readonly shape: Shape;
  readonly isMethod: boolean;
  readonly description?: string | undefined;
}

const RECEIVERS: Readonly<Record<string, ReceiverType>> = {
  string: "string",
  number: "number",
  boolean: "boolean",
  array: "array",
  object: "object",
  Date: "date",
  DateTime: "date",
};

/** Whose extension functions values of a type have. */
export function receiverOf(typeName: string): ReceiverType {
  return Object.hasOwn(RECEIVERS, typeName) ? (RECEIVERS[typeName] as ReceiverType) : "any";
}

/** A value of which the type alone is known. */
export function shapeOfType(
  typeName: string,
  options: { detail?: string; element?: Shape | undefined } = {},
): Shape {
  const { detail = typeName, element } = options;
  return {
    typeName,
    receiver: receiverOf(typeName),
    detail,
    names: () => [],
    member: () => undefined,
    element: () => element,
  };
}

export const ANY: Shape = shapeOfType("any");

/** @param type A type as documentation writes it, e.g. `string`, `any[]`, `Date | DateTime`, `string | undefined`. */
export function parseType(type: string): Shape {
  const variants = type.split(" | ").filter((variant) => variant !== "undefined" && variant !== "null");
  if (variants.includes("DateTime") && variants.every((variant) => receiverOf(variant) === "date")) {
    return shapeOfType("DateTime");
  }
  const [only = "undefined"] = variants;
  if (variants.length > 1) return ANY;
  return only.endsWith("[]") ? arrayOf(parseType(only.slice(0, -2))) : shapeOfType(only);
}

export function arrayOf(element: Shape | undefined): Shape {
  const detail =
    element === undefined || element.typeName === "any" ? "array" : `array of ${element.typeName}`;
  return shapeOfType("array", { detail, element });
}

/** An object of which the members are known. */
export function shapeOfMembers(typeName: string, members: readonly Member[]): Shape {
  return {
    ...shapeOfType(typeName),
    receiver: "object",
    names: () => members.map(({ name }) => name),
    member: (name) => members.find((member) => member.name === name),
  };
}
