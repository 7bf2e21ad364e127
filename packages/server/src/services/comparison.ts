import { isDeepStrictEqual } from "node:util";
import type { JsonObject, JsonValue } from "@skerry/sandbox";
import type { SchemaPair } from "./repository.ts";

/** Something that scripts written for the earlier schemas may stumble over. */
export interface BreakingChange {
  readonly where: "input" | "output";
  /** `lines[].sku`; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

/**
 * Finds what in the later schemas may break scripts that were written for the earlier ones: what scripts give has to
 * pass as before, and what they get has to be as before. Schemas are compared by their structure, after JSON Schema
 * draft 2020-12; where that cannot tell, a difference counts as breaking.
 */
export function findBreakingChanges(earlier: SchemaPair, later: SchemaPair): BreakingChange[] {
  return [
    ...compare(earlier.input, later.input, "", INPUT),
    ...compare(later.output, earlier.output, "", OUTPUT),
  ];
}

/** Values of `source` are to fit `target`; a finding says in the words of one side where they may not. */
interface Wording {
  readonly where: BreakingChange["where"];
  readonly required: string;
  readonly gone: string;
  readonly refused: string;
  readonly differs: (what: string) => string;
}

const INPUT: Wording = {
  where: "input",
  required: "must be given now",
  gone: "must be given now",
  refused: "is refused now",
  differs: (what) => `takes less than before: ${what}`,
};
const OUTPUT: Wording = {
  where: "output",
  required: "may be missing now",
  gone: "is gone",
  refused: "",
  differs: (what) => `may be something else than before: ${what}`,
};

type Schema = JsonObject;

function compare(source: Schema, target: Schema, path: string, wording: Wording): BreakingChange[] {
  const [from, to] = [strip(source), strip(target)];
  if (isDeepStrictEqual(from, to) || Object.keys(to).length === 0) return [];
  const found = (what: string): BreakingChange[] => [
    { where: wording.where, path, message: wording.differs(what) },
  ];

  const sources = choicesOf(from);
  if (sources !== undefined) return sources.flatMap((choice) => compare(choice, to, path, wording));
  const targets = choicesOf(to);
  if (targets !== undefined) {
    return targets.some((choice) => compare(from, choice, path, wording).length === 0)
      ? []
      : found("its choices");
  }
  const unclear = UNCLEAR.find((keyword) => !isDeepStrictEqual(from[keyword], to[keyword]));
  if (unclear !== undefined) return found(unclear);

  const values = valuesOf(to);
  if (values !== undefined) {
    const given = valuesOf(from);
    const fits = given?.every((value) => values.some((each) => isDeepStrictEqual(value, each))) ?? false;
    return fits ? [] : found(`one of ${JSON.stringify(values).slice(0, 200)}`);
  }
  const types = typesOf(to);
  const left = typesOf(from).filter(
    (type) => !types.includes(type) && !(type === "integer" && types.includes("number")),
  );
  if (left.length > 0) return found(`the type ${types.join(" or ")}`);
  if (valuesOf(from) !== undefined) return [];

  const narrowed = BOUNDS.find(([keyword, isNarrower]) => isNarrower(from[keyword], to[keyword]));
  if (narrowed !== undefined) return found(`${narrowed[0]} ${JSON.stringify(to[narrowed[0]])}`);
  return [...compareFields(from, to, path, wording), ...compareItems(from, to, path, wording)];
}

/** What says nothing of which values there are. */
const ANNOTATIONS = new Set([
  "$schema",
  "$id",
  "$comment",
  "title",
  "description",
  "default",
  "examples",
  "deprecated",
]);
/** What is not looked into: it has to be the same. */
const UNCLEAR = [
  "allOf",
  "not",
  "if",
  "then",
  "else",
  "patternProperties",
  "propertyNames",
  "prefixItems",
] as const;

function strip(schema: Schema): Schema {
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => !ANNOTATIONS.has(keyword)));
}

function choicesOf({ anyOf, oneOf }: Schema): readonly Schema[] | undefined {
  return (anyOf ?? oneOf) as readonly Schema[] | undefined;
}

function valuesOf(schema: Schema): readonly JsonValue[] | undefined {
  return "const" in schema ? [schema["const"]] : (schema["enum"] as readonly JsonValue[] | undefined);
}

const ALL_TYPES = ["array", "boolean", "null", "number", "object", "string"];

function typesOf(schema: Schema): readonly string[] {
  const { type } = schema;
  if (type !== undefined) return [type].flat() as string[];
  const values = valuesOf(schema);
  return values === undefined ? ALL_TYPES : [...new Set(values.map(typeOf))];
}

function typeOf(value: JsonValue): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value;
}

type IsNarrower = (before: JsonValue | undefined, after: JsonValue | undefined) => boolean;

const isHigher: IsNarrower = (before, after) =>
  after !== undefined && Number(after) > Number(before ?? -Infinity);
const isLower: IsNarrower = (before, after) =>
  after !== undefined && Number(after) < Number(before ?? Infinity);
const isOther: IsNarrower = (before, after) => after !== undefined && !isDeepStrictEqual(before, after);

const BOUNDS: readonly (readonly [keyword: string, isNarrower: IsNarrower])[] = [
  ...["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"].map(
    (key) => [key, isHigher] as const,
  ),
  ...["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"].map(
    (key) => [key, isLower] as const,
  ),
  ...["pattern", "format", "multipleOf", "uniqueItems"].map((key) => [key, isOther] as const),
];

function compareFields(from: Schema, to: Schema, path: string, wording: Wording): BreakingChange[] {
  const [before, after] = [fieldsOf(from), fieldsOf(to)];
  const always = (from["required"] ?? []) as readonly string[];
  const missing = ((to["required"] ?? []) as readonly string[])
    .filter((name) => !always.includes(name))
    .map((name) => {
      const message = Object.hasOwn(before, name) ? wording.required : wording.gone;
      return { where: wording.where, path: join(path, name), message };
    });
  const others = Object.entries(before).flatMap(([name, field]) => {
    const place = join(path, name);
    const rest = to["additionalProperties"];
    if (Object.hasOwn(after, name)) return compare(field, after[name] as Schema, place, wording);
    // Whoever reads an answer may find more in it than before.
    if (wording.where === "output") return [];
    if (rest === false) return [{ where: wording.where, path: place, message: wording.refused }];
    return isSchema(rest) ? compare(field, rest, place, wording) : [];
  });
  return [...missing, ...others, ...compareRest(from, to, path, wording)];
}

/** Fields under names that the schema does not tell. */
function compareRest(from: Schema, to: Schema, path: string, wording: Wording): BreakingChange[] {
  const [before, after] = [from["additionalProperties"], to["additionalProperties"]];
  const place = join(path, "*");
  if (before === false || !typesOf(from).includes("object")) return [];
  if (after === false && wording.where === "input") {
    return [{ where: wording.where, path: place, message: wording.refused }];
  }
  return isSchema(after) ? compare(isSchema(before) ? before : {}, after, place, wording) : [];
}

function compareItems(from: Schema, to: Schema, path: string, wording: Wording): BreakingChange[] {
  const after = to["items"];
  if (!isSchema(after) || !typesOf(from).includes("array")) return [];
  const before = from["items"];
  return compare(isSchema(before) ? before : {}, after, `${path}[]`, wording);
}

function fieldsOf({ properties }: Schema): Readonly<Record<string, Schema>> {
  return (properties ?? {}) as Readonly<Record<string, Schema>>;
}

function isSchema(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}
