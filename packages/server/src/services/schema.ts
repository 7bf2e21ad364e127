import type { JsonObject } from "@skerry/sandbox";

/** Which of a schema's two types is meant: what goes into it, or what comes out of it. */
type Side = "input" | "output";

/**
 * What Skerry needs of a schema: Standard Schema, version 1 (https://standardschema.dev), and its JSON Schema where it
 * can be told (https://standardschema.dev/json-schema). The schemas of zod have both.
 */
export interface ServiceSchema<Input = unknown, Output = Input> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => CheckResult<Output> | Promise<CheckResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
    /** Without it editors know the type as `unknown`, and nobody can tell what a change breaks. */
    readonly jsonSchema?: Readonly<Record<Side, (options: JsonSchemaOptions) => Record<string, unknown>>>;
  };
}

interface JsonSchemaOptions {
  readonly target: "draft-2020-12";
  readonly libraryOptions?: Record<string, unknown> | undefined;
}

/** What validation of a value comes to. */
export type CheckResult<Value> =
  { readonly value: Value; readonly issues?: undefined } | { readonly issues: readonly SchemaIssue[] };

interface SchemaIssue {
  readonly message: string;
  readonly path?: ReadonlyArray<PropertyKey | { readonly key: PropertyKey }> | undefined;
}

type TypesOf<Schema extends ServiceSchema> = NonNullable<Schema["~standard"]["types"]>;
/** What passes the schema. */
export type SchemaInput<Schema extends ServiceSchema> = TypesOf<Schema>["input"];
/** What the schema makes of it. */
export type SchemaOutput<Schema extends ServiceSchema> = TypesOf<Schema>["output"];

const MAX_ISSUES_TOLD = 5;

/** The first issues in one line: `lines.0.sku: …; total: …`. */
export function describeIssues(issues: readonly SchemaIssue[]): string {
  const told = issues.slice(0, MAX_ISSUES_TOLD).map(({ message, path = [] }) => {
    const keys = path.map((step) => String(typeof step === "object" ? step.key : step));
    return keys.length === 0 ? message : `${keys.join(".")}: ${message}`;
  });
  return told.join("; ");
}

/** The JSON Schema of one side, without references; one that takes anything where the schema cannot tell. */
export function describeSchema({ "~standard": standard }: ServiceSchema, side: Side): JsonObject {
  const libraryOptions = standard.vendor === "zod" ? { unrepresentable: "any" } : undefined;
  let written: Record<string, unknown>;
  try {
    written = standard.jsonSchema?.[side]({ target: "draft-2020-12", libraryOptions }) ?? {};
  } catch {
    return {};
  }
  const { $schema: _dialect, ...schema } = JSON.parse(JSON.stringify(written)) as JsonObject;
  return writeOut(schema, schema, new Set()) as JsonObject;
}

const REFERENCE = /^#\/(?:\$defs|definitions)\/(?<name>[^/]+)$/;

/** Puts what references stand for in their places. What would hold itself takes anything there. */
function writeOut(value: unknown, root: JsonObject, open: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((each) => writeOut(each, root, open));
  if (typeof value !== "object" || value === null) return value;
  const { $ref, $defs: _defs, definitions: _definitions, ...rest } = value as Record<string, unknown>;
  const own = Object.fromEntries(
    Object.entries(rest).map(([key, each]) => [key, writeOut(each, root, open)]),
  );
  if (typeof $ref !== "string") return own;
  const name = REFERENCE.exec($ref)?.groups?.["name"];
  const definitions = (root["$defs"] ?? root["definitions"] ?? {}) as JsonObject;
  const found = name === undefined || open.has(name) ? undefined : definitions[decodePointer(name)];
  if (found === undefined || name === undefined) return own;
  return { ...(writeOut(found, root, new Set([...open, name])) as object), ...own };
}

/** One step of a pointer in a URI (RFC 6901, section 6). */
function decodePointer(step: string): string {
  return decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~");
}
