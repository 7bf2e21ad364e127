import type { JsonObject, JsonValue } from "@skerry/sandbox";
import fc from "fast-check";

/** The words of JSON Schema that zod writes for what requests may hold. */
interface Schema {
  readonly $ref?: string;
  readonly const?: JsonValue;
  readonly enum?: readonly JsonValue[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly type?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
}

const MAX_LENGTH = 60;
const MAX_ITEMS = 4;

/** Texts of all of Unicode, halves of surrogate pairs too. Those of fast-check itself take seconds to be set up. */
export const ANY_TEXT: fc.Arbitrary<string> = fc.string({
  unit: fc.integer({ min: 0, max: 0x10ffff }).map((codePoint) => String.fromCodePoint(codePoint)),
});

/** Values that fit a schema, as far as the schema says it all. */
export function validValue(
  schema: JsonObject,
  components: Readonly<Record<string, JsonObject>>,
): fc.Arbitrary<JsonValue> {
  return write(schema);

  function write(each: Schema): fc.Arbitrary<JsonValue> {
    if (each.$ref !== undefined) return write(components[each.$ref.replace(/^.*\//, "")] as Schema);
    if (each.const !== undefined) return fc.constant(each.const);
    if (each.enum !== undefined) return fc.constantFrom(...each.enum);
    const choices = each.anyOf ?? each.oneOf;
    if (choices !== undefined) return fc.oneof(...choices.map(write));
    switch (each.type) {
      case "string":
        return writeText(each);
      case "integer":
        return fc.integer({ min: each.minimum ?? -10, max: Math.min(each.maximum ?? 10, 2 ** 31 - 1) });
      case "number":
        return fc.double({ min: each.minimum ?? -10, max: each.maximum ?? 10, noNaN: true });
      case "boolean":
        return fc.boolean();
      case "null":
        return fc.constant(null);
      case "array":
        return fc.array(write(each.items ?? {}), {
          minLength: each.minItems ?? 0,
          maxLength: Math.max(each.minItems ?? 0, Math.min(each.maxItems ?? MAX_ITEMS, MAX_ITEMS)),
        });
      case "object":
        return writeObject(each);
      default:
        return fc.jsonValue() as fc.Arbitrary<JsonValue>;
    }
  }

  function writeObject({
    properties = {},
    required = [],
    additionalProperties,
  }: Schema): fc.Arbitrary<JsonValue> {
    const fields = Object.fromEntries(
      Object.entries(properties).map(([name, field]) => [name, write(field)]),
    );
    const declared = fc.record(fields, { requiredKeys: [...required] });
    if (typeof additionalProperties !== "object") return declared;
    const others = fc.dictionary(fc.string({ maxLength: 10 }), write(additionalProperties), {
      maxKeys: MAX_ITEMS,
    });
    return fc.tuple(others, declared).map(([other, own]) => ({ ...other, ...own }));
  }
}

function writeText({ format, pattern, minLength = 0, maxLength = MAX_LENGTH }: Schema): fc.Arbitrary<string> {
  if (format === "uuid") return fc.uuid();
  if (format === "date-time") return fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
  // The generator knows neither classes of Unicode nor lookaheads; most texts for people fit those anyway.
  if (pattern !== undefined && !/\\p|\(\?/.test(pattern)) return fc.stringMatching(new RegExp(pattern, "u"));
  return fc.string({ minLength: Math.max(minLength, 1), maxLength: Math.min(maxLength, MAX_LENGTH) });
}

/** What no schema expects. */
const DEEP = JSON.parse(`${"[".repeat(90)}1${"]".repeat(90)}`) as JsonValue;
const HOSTILE: readonly JsonValue[] = [
  null,
  true,
  -1,
  0,
  1.5,
  1e308,
  2 ** 53,
  "",
  "\0",
  "\ud800",
  "a\0b",
  "../../etc/passwd",
  "'; drop table skerry.scripts; --",
  "\u202e\ufeff",
  "x".repeat(100_000),
  "2020-13-45T99:99:99Z",
  [],
  {},
  DEEP,
  JSON.parse('{"__proto__":{"admin":true},"constructor":{"prototype":{}}}') as JsonValue,
  Array.from({ length: 2_000 }, () => ({})),
];

/** Values of a schema with one place changed: another value, a field too many or one too few. */
export function nearlyValidValue(valid: fc.Arbitrary<JsonValue>): fc.Arbitrary<JsonValue> {
  const change = fc.record({
    place: fc.nat(),
    value: hostileValue(),
    isAdded: fc.boolean(),
    isRemoved: fc.boolean(),
  });
  return fc.tuple(valid, change).map(([value, wanted]) => {
    const copy = structuredClone(value);
    const places = listPlaces(copy);
    const spot = places[wanted.place % Math.max(places.length, 1)];
    if (spot === undefined) return wanted.value;
    const { holder, name } = spot;
    if (wanted.isRemoved) delete holder[name];
    // An own field even of this name, as parsing makes it.
    else
      Object.defineProperty(holder, wanted.isAdded ? "__proto__" : name, {
        value: wanted.value,
        enumerable: true,
      });
    return copy;
  });
}

export function hostileValue(): fc.Arbitrary<JsonValue> {
  return fc.oneof(fc.constantFrom(...HOSTILE), fc.jsonValue() as fc.Arbitrary<JsonValue>);
}

interface Place {
  readonly holder: Record<string, JsonValue>;
  readonly name: string;
}

function listPlaces(value: JsonValue): Place[] {
  if (typeof value !== "object" || value === null) return [];
  const holder = value as Record<string, JsonValue>;
  return Object.keys(holder).flatMap((name) => [{ holder, name }, ...listPlaces(holder[name] ?? null)]);
}
