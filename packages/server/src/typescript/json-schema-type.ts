/** The words of JSON Schema that zod writes. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly prefixItems?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly not?: JsonSchema;
}

/** What stands for any JSON: whatever serialises, as for arguments, or the type `JsonValue`, as for answers. */
export type Direction = "input" | "answer";

/** Arguments are not `JsonValue`, because the interfaces of those who write programs fit no type of JSON values. */
const ANY = { input: "unknown", answer: "JsonValue" } as const;
const ANY_OBJECT = { input: "object", answer: "{ readonly [name: string]: JsonValue }" } as const;

/** Writes a JSON Schema as a TypeScript type. */
export function writeType(schema: JsonSchema, direction: Direction): string {
  const write = (each: JsonSchema): string => writeType(each, direction);
  const { $ref, type, anyOf, oneOf, allOf } = schema;
  const choices = anyOf ?? oneOf;
  if ($ref !== undefined) return $ref.slice($ref.lastIndexOf("/") + 1);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return joinTypes(schema.enum.map(writeLiteral), "|");
  if (choices !== undefined) return joinTypes(choices.map(write), "|");
  if (allOf !== undefined) return joinTypes(allOf.map(write), "&");
  if (schema.not !== undefined) return "never";
  if (typeof type !== "object") return writeSimpleType(schema, direction);
  return joinTypes(
    type.map((each) => write({ ...schema, type: each })),
    "|",
  );
}

function writeLiteral(value: unknown): string {
  return JSON.stringify(value);
}

function writeSimpleType(schema: JsonSchema, direction: Direction): string {
  switch (schema.type) {
    case "integer":
      return "number";
    case "array":
      return writeArray(schema, direction);
    case "object":
      return writeObject(schema, direction);
    default:
      return (schema.type as string | undefined) ?? ANY[direction];
  }
}

function writeArray({ items = {}, prefixItems }: JsonSchema, direction: Direction): string {
  if (prefixItems === undefined) return `readonly (${writeType(items, direction)})[]`;
  return `readonly [${prefixItems.map((each) => writeType(each, direction)).join(", ")}]`;
}

function writeObject(
  { properties, additionalProperties, required = [] }: JsonSchema,
  direction: Direction,
): string {
  if (properties === undefined) {
    const value = typeof additionalProperties === "object" ? writeType(additionalProperties, direction) : "";
    const says = value !== "" && value !== ANY[direction];
    return says ? `{ readonly [name: string]: ${value} }` : ANY_OBJECT[direction];
  }
  const fields = Object.entries(properties).map(([name, field]) => {
    const mark = required.includes(name) ? "" : "?";
    const type = writeType(field, direction);
    return `${writeComment(field.description)}readonly ${JSON.stringify(name)}${mark}: ${type};`;
  });
  return `{\n${fields.join("\n")}\n}`;
}

function joinTypes(types: readonly string[], sign: "|" | "&"): string {
  const unique = [...new Set(types)];
  return unique.length === 1 ? unique.join("") : unique.map((type) => `(${type})`).join(` ${sign} `);
}

/** A comment line for every line given; nothing for none. */
export function writeComment(...lines: readonly (string | undefined)[]): string {
  const text = lines.filter((line) => line !== undefined).map((line) => line.replaceAll("*/", "*\\/"));
  if (text.length === 0) return "";
  return text.length === 1
    ? `/** ${text.join("")} */\n`
    : `/**\n${text.map((line) => ` * ${line}\n`).join("")} */\n`;
}
