/** Why a schema is refused, and where in it. */
export class SchemaRefusal extends Error {
  override readonly name = "SchemaRefusal";

  constructor(path: string, reason: string) {
    super(path === "" ? `the schema ${reason}` : `${path} ${reason}`);
  }
}

/** Parts that a schema may have, with every reference counted as what it stands for. */
const MAX_PARTS = 2_000;
const MAX_DEPTH = 32;
const DIALECT = "https://json-schema.org/draft/2020-12/schema";
const TYPES = ["array", "boolean", "integer", "null", "number", "object", "string"];
/** Those that take linear time to check. */
const FORMATS = ["date", "date-time", "email", "ipv4", "time", "uuid"];
const REFERENCE = /^#\/\$defs\/([\w-]{1,100})$/;

/** Where the walk is, and what it found so far. */
interface Walk {
  readonly definitions: Readonly<Record<string, unknown>>;
  /** Parts of the definitions that were measured; `undefined` while one is being measured. */
  readonly measured: Map<string, number | undefined>;
}

/** Checks the value of one keyword. @returns how many parts it adds. */
type Keyword = (value: unknown, path: string, depth: number, walk: Walk) => number;

/**
 * Checks every keyword of a schema, and counts its parts: how many steps it takes at most to check one value.
 *
 * @throws SchemaRefusal that names the place.
 */
export function measureSchema(schema: unknown): number {
  const definitions = isObject(schema) && isObject(schema["$defs"]) ? schema["$defs"] : {};
  return measurePart(schema, "", 0, { definitions, measured: new Map() });
}

function measurePart(schema: unknown, path: string, depth: number, walk: Walk): number {
  if (typeof schema === "boolean") return 1;
  if (!isObject(schema)) throw new SchemaRefusal(path, "must be an object, true or false");
  if (depth > MAX_DEPTH) throw new SchemaRefusal(path, `is nested deeper than ${MAX_DEPTH} levels`);
  let parts = 1;
  for (const [name, value] of Object.entries(schema)) {
    const place = path === "" ? name : `${path}.${name}`;
    const keyword = KEYWORDS.get(name);
    if (keyword === undefined) {
      throw new SchemaRefusal(place, `is not supported here; there are ${[...KEYWORDS.keys()].join(", ")}`);
    }
    parts += keyword(value, place, depth, walk);
    if (parts > MAX_PARTS) throw new SchemaRefusal(path, `has more than ${MAX_PARTS} parts`);
  }
  return parts;
}

const oneSchema: Keyword = (value, path, depth, walk) => measurePart(value, path, depth + 1, walk);

const schemaList: Keyword = (value, path, depth, walk) => {
  if (!Array.isArray(value) || value.length === 0) throw new SchemaRefusal(path, "must be a list of schemas");
  return sum(value.map((schema, index) => measurePart(schema, `${path}.${index}`, depth + 1, walk)));
};

const schemaMap: Keyword = (value, path, depth, walk) => {
  if (!isObject(value)) throw new SchemaRefusal(path, "must be an object of schemas");
  return sum(
    Object.entries(value).map(([name, schema]) => measurePart(schema, `${path}.${name}`, depth + 1, walk)),
  );
};

/** Definitions cost nothing until something refers to them, but each must be good. */
const definitions: Keyword = (value, path, depth, walk) => {
  if (depth > 0) throw new SchemaRefusal(path, "must stand at the schema's beginning");
  if (!isObject(value)) throw new SchemaRefusal(path, "must be an object of schemas");
  for (const name of Object.keys(value)) measureDefinition(name, path, walk);
  return 0;
};

const reference: Keyword = (value, path, _depth, walk) => {
  const name = typeof value === "string" ? REFERENCE.exec(value)?.[1] : undefined;
  if (name === undefined || !Object.hasOwn(walk.definitions, name)) {
    throw new SchemaRefusal(path, "must name one of the schema's own definitions: #/$defs/NAME");
  }
  return measureDefinition(name, path, walk);
};

function measureDefinition(name: string, path: string, walk: Walk): number {
  if (walk.measured.has(name)) {
    const parts = walk.measured.get(name);
    if (parts !== undefined) return parts;
    throw new SchemaRefusal(path, "must not lead back to itself");
  }
  walk.measured.set(name, undefined);
  const parts = measurePart(walk.definitions[name], `$defs.${name}`, 1, walk);
  walk.measured.set(name, parts);
  return parts;
}

const count: Keyword = (value, path) => {
  if (Number.isSafeInteger(value) && Number(value) >= 0) return 1;
  throw new SchemaRefusal(path, "must be an integer, 0 or more");
};

const number: Keyword = (value, path) => {
  if (Number.isFinite(value)) return 1;
  throw new SchemaRefusal(path, "must be a number");
};

const positiveNumber: Keyword = (value, path) => {
  if (Number.isFinite(value) && Number(value) > 0) return 1;
  throw new SchemaRefusal(path, "must be a number above 0");
};

const text: Keyword = (value, path) => {
  if (typeof value === "string") return 0;
  throw new SchemaRefusal(path, "must be a text");
};

const anything: Keyword = () => 0;

const types: Keyword = (value, path) => {
  const names: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (names.length > 0 && names.every((name) => TYPES.includes(name as string))) return 1;
  throw new SchemaRefusal(path, `must be one or a list of ${TYPES.join(", ")}`);
};

const names: Keyword = (value, path) => {
  if (Array.isArray(value) && value.every((name) => typeof name === "string")) return value.length;
  throw new SchemaRefusal(path, "must be a list of names");
};

const values: Keyword = (value, path) => {
  if (Array.isArray(value) && value.length > 0) return countValues(value);
  throw new SchemaRefusal(path, "must be a list of values");
};

const oneOf =
  (allowed: readonly string[]): Keyword =>
  (value, path) => {
    if (allowed.includes(value as string)) return 1;
    throw new SchemaRefusal(path, `must be one of ${allowed.join(", ")}`);
  };

const KEYWORDS: ReadonlyMap<string, Keyword> = new Map([
  ["$schema", oneOf([DIALECT])],
  ["$defs", definitions],
  ["$ref", reference],
  ["$comment", text],
  ["title", text],
  ["description", text],
  ["default", anything],
  ["examples", anything],
  ["type", types],
  ["const", (value) => countValues(value)],
  ["enum", values],
  ["properties", schemaMap],
  ["required", names],
  ["additionalProperties", oneSchema],
  ["propertyNames", oneSchema],
  ["minProperties", count],
  ["maxProperties", count],
  ["items", oneSchema],
  ["prefixItems", schemaList],
  ["minItems", count],
  ["maxItems", count],
  ["minLength", count],
  ["maxLength", count],
  ["format", oneOf(FORMATS)],
  ["minimum", number],
  ["maximum", number],
  ["exclusiveMinimum", number],
  ["exclusiveMaximum", number],
  ["multipleOf", positiveNumber],
  ["allOf", schemaList],
  ["anyOf", schemaList],
  ["oneOf", schemaList],
  ["not", oneSchema],
  ["if", oneSchema],
  ["then", oneSchema],
  ["else", oneSchema],
]);

function countValues(value: unknown): number {
  if (typeof value !== "object" || value === null) return 1;
  return 1 + sum(Object.values(value).map(countValues));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, next) => total + next, 0);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
