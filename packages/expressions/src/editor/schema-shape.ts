import { type Member, type Shape, receiverOf } from "./shape.ts";

/** A JSON Schema, of any draft since 4. `$ref` is followed inside the document only. */
export type JsonSchema = boolean | { readonly [keyword: string]: unknown };

type SchemaObject = Exclude<JsonSchema, boolean>;

/** References in a row, and alternatives of one schema, that are followed. */
const MAX_STEPS = 32;

const TYPE_NAMES: Readonly<Record<string, string>> = { integer: "number" };

/** The shape of what a schema describes: members of all alternatives together. */
export function shapeOfSchema(schema: JsonSchema, document: JsonSchema = schema): Shape {
  const variants = variantsOf(schema, document);
  const shapeOf = (inner: unknown): Shape => shapeOfSchema(isSchema(inner) ? inner : true, document);
  const typeName = variants.map(typeNameOf).find((name) => name !== undefined) ?? "any";
  const member = (name: string): Member | undefined => {
    const found = findProperty(variants, name);
    if (found === undefined) return undefined;
    const shape = shapeOf(found);
    return { name, shape, isMethod: false, description: shape.description };
  };
  return {
    typeName,
    receiver: receiverOf(typeName),
    detail: detailOf(variants, typeName),
    description: textOf(variants, "description") ?? textOf(variants, "title"),
    names: () =>
      new Set(variants.flatMap(({ properties }) => (isObject(properties) ? Object.keys(properties) : []))),
    member,
    element: () => {
      const items = variants.map(itemsOf).find((each) => each !== undefined);
      return items === undefined ? undefined : shapeOf(items);
    },
  };
}

/** The schema with its references followed, and the alternatives in it. */
function variantsOf(schema: JsonSchema, document: JsonSchema): readonly SchemaObject[] {
  const found: SchemaObject[] = [];
  const queue: unknown[] = [schema];
  for (let step = 0; step < queue.length && step < MAX_STEPS; step++) {
    const each = queue[step];
    if (!isObject(each)) continue;
    found.push(each);
    if (typeof each["$ref"] === "string") queue.push(resolve(each["$ref"], document));
    for (const keyword of ["allOf", "anyOf", "oneOf"]) {
      const alternatives = each[keyword];
      if (Array.isArray(alternatives)) queue.push(...(alternatives as unknown[]).slice(0, MAX_STEPS));
    }
  }
  return found;
}

/** RFC 6901, as a fragment. */
function resolve(reference: string, document: JsonSchema): unknown {
  if (!reference.startsWith("#")) return undefined;
  let schema: unknown = document;
  for (const part of reference.split("/").slice(1)) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof schema !== "object" || schema === null || !Object.hasOwn(schema, key)) return undefined;
    schema = (schema as Record<string, unknown>)[key];
  }
  return schema;
}

function typeNameOf({
  type,
  properties,
  items,
  const: value,
  enum: values,
}: SchemaObject): string | undefined {
  const names: unknown[] = Array.isArray(type) ? type : [type];
  const name = names.find((each) => typeof each === "string" && each !== "null");
  if (typeof name === "string") return Object.hasOwn(TYPE_NAMES, name) ? TYPE_NAMES[name] : name;
  if (properties !== undefined) return "object";
  if (items !== undefined) return "array";
  const [example] = Array.isArray(values) ? (values as unknown[]) : [value];
  return ["string", "number", "boolean"].find((each) => each === typeof example);
}

function findProperty(variants: readonly SchemaObject[], name: string): unknown {
  for (const { properties } of variants) {
    if (isObject(properties) && Object.hasOwn(properties, name)) return properties[name];
  }
  return variants.map(({ additionalProperties }) => additionalProperties).find(isObject);
}

function itemsOf({ items, prefixItems }: SchemaObject): unknown {
  if (isObject(items)) return items;
  const listed: unknown = prefixItems ?? items;
  return Array.isArray(listed) ? (listed as unknown[])[0] : undefined;
}

function detailOf(variants: readonly SchemaObject[], typeName: string): string {
  const values = variants.map((each) => each["enum"]).find((each) => Array.isArray(each)) as
    unknown[] | undefined;
  return values === undefined
    ? typeName
    : values
        .slice(0, 5)
        .map((each) => JSON.stringify(each))
        .join(" | ");
}

function textOf(variants: readonly SchemaObject[], keyword: string): string | undefined {
  return variants.map((each) => each[keyword]).find((text) => typeof text === "string");
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "boolean" || isObject(value);
}

function isObject(value: unknown): value is SchemaObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
