import { ANY, type Member, type Shape, receiverOf } from "./shape.ts";

const PREVIEW_CHARS = 60;
/** Elements of an array that are looked at for one that tells what the others are. */
const ELEMENTS_LOOKED_AT = 10;

const CLASSES: ReadonlyArray<readonly [name: string, has: (value: object) => boolean]> = [
  ["array", (value) => Array.isArray(value)],
  ["DateTime", (value) => isLuxon(value, "isLuxonDateTime")],
  ["Duration", (value) => isLuxon(value, "isLuxonDuration")],
  ["Interval", (value) => isLuxon(value, "isLuxonInterval")],
  ["Date", (value) => value instanceof Date],
  ["Map", (value) => value instanceof Map],
  ["Set", (value) => value instanceof Set],
];

/** The shape of a sample. Own, enumerable data properties alone are read: no getter runs. */
export function shapeOfSample(value: unknown): Shape {
  const typeName = typeNameOf(value);
  return {
    typeName,
    receiver: receiverOf(typeName),
    detail: previewOf(value, typeName),
    names: () => namesIn(value, typeName),
    member: (name) => readMember(value, name),
    element: () => (Array.isArray(value) ? elementOf(value) : undefined),
  };
}

function typeNameOf(value: unknown): string {
  if (value === null) return "null";
  if (typeof value !== "object") return typeof value;
  return CLASSES.find(([, has]) => has(value))?.[0] ?? "object";
}

/** By the mark that Luxon's own check reads, on the class alone: the host may have another copy of Luxon. */
function isLuxon(value: object, mark: string): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return typeof prototype === "object" && prototype !== null && Object.hasOwn(prototype, mark);
}

function previewOf(value: unknown, typeName: string): string {
  switch (typeof value) {
    case "string": {
      const isLong = value.length > PREVIEW_CHARS;
      return isLong ? `${JSON.stringify(value.slice(0, PREVIEW_CHARS))}…` : JSON.stringify(value);
    }
    case "number":
    case "boolean":
    case "bigint":
      return String(value);
    default:
      return Array.isArray(value) ? `array of ${value.length}` : typeName;
  }
}

function* namesIn(value: unknown, typeName: string): Iterable<string> {
  if (typeName !== "object") return;
  for (const key in value as object) if (isReadable(Object.getOwnPropertyDescriptor(value, key))) yield key;
}

function readMember(value: unknown, name: string): Member | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const descriptor = Object.getOwnPropertyDescriptor(value, name);
  if (!isReadable(descriptor)) return undefined;
  const isMethod = typeof descriptor.value === "function";
  return { name, isMethod, shape: isMethod ? ANY : shapeOfSample(descriptor.value) };
}

function isReadable(descriptor: PropertyDescriptor | undefined): descriptor is PropertyDescriptor {
  return descriptor?.enumerable === true && "value" in descriptor;
}

function elementOf(list: readonly unknown[]): Shape | undefined {
  for (let index = 0; index < Math.min(list.length, ELEMENTS_LOOKED_AT); index++) {
    const member = readMember(list, String(index));
    if (member && member.shape.typeName !== "null" && member.shape.typeName !== "undefined")
      return member.shape;
  }
  return undefined;
}
