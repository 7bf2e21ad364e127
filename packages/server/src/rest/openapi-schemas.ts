import { isDeepStrictEqual } from "node:util";
import type { JsonObject } from "@skerry/sandbox";
import { z } from "zod";

/** Which side of a schema is meant: what a request may hold, or what an answer holds. */
export type SchemaSide = "input" | "output";

/** Writes zod schemas as JSON Schemas of draft 2020-12, the dialect of OpenAPI 3.1. */
export interface SchemaWriter {
  /** A schema that has an id by `.meta({ id })` is written once, among the components, and referred to elsewhere. */
  write(schema: z.ZodType, side: SchemaSide): JsonObject;
  /** What was written so far of schemas with an id. */
  readonly components: Readonly<Record<string, JsonObject>>;
}

export interface SchemaWriterOptions {
  /**
   * Whether objects in answers must have no more fields than are declared. Default false: clients have to ignore fields
   * that a later version of the API adds.
   */
  readonly closesAnswers?: boolean;
}

const COMPONENTS = "#/components/schemas/";

export function createSchemaWriter({ closesAnswers = false }: SchemaWriterOptions = {}): SchemaWriter {
  const components: Record<string, JsonObject> = {};

  function keep(name: string, schema: JsonObject): void {
    const known = (components[name] ??= schema);
    if (isDeepStrictEqual(known, schema)) return;
    throw new Error(
      `the schema "${name}" differs between requests and answers: give it an id in one of them only`,
    );
  }

  return {
    write(schema, side) {
      const opens = side === "output" && !closesAnswers;
      const written = z.toJSONSchema(schema, {
        io: side,
        unrepresentable: "any",
        override: ({ zodSchema, jsonSchema }) => {
          if (zodSchema._zod.def.type === "date") Object.assign(jsonSchema, DATE_TIME);
          tidy(jsonSchema);
          if (opens && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
        },
      });
      const text = JSON.stringify(written).replaceAll('"#/$defs/', `"${COMPONENTS}`);
      const { $schema: _dialect, $defs = {}, ...root } = JSON.parse(text) as JsonObject;
      for (const [name, component] of Object.entries($defs as Record<string, JsonObject>))
        keep(name, component);
      return root;
    },
    components,
  };
}

const DATE_TIME = { type: "string", format: "date-time" };

/** Leaves out what zod says besides and readers do not need. */
function tidy(schema: z.core.JSONSchema.BaseSchema): void {
  // In OpenAPI it would mean that the field is not to be sent; in zod it is a matter of types.
  delete schema.readOnly;
  // The format says it.
  if (schema.format !== undefined) delete schema.pattern;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  // Names of fields are texts anyway.
  if (isDeepStrictEqual(schema.propertyNames, { type: "string" })) delete schema.propertyNames;
}
