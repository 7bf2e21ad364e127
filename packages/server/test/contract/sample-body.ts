import type { JsonValue } from "@skerry/sandbox";
import fc from "fast-check";
import { createSchemaWriter } from "../../src/rest/openapi-schemas.ts";
import type { Route } from "../../src/rest/route.ts";
import { validValue } from "./arbitraries.ts";

const schemas = createSchemaWriter();

/** Where parts of a body name each other, which chance does not come upon. */
const WRITTEN: Readonly<Record<string, JsonValue>> = {
  "tables.declare": { columns: [{ name: "note", type: "text" }], primaryKey: ["note"] },
};

/** A body that the route's schema lets pass, so that the request comes as far as looking things up. */
export function sampleBody({ body, operation }: Route): JsonValue | undefined {
  if (body === undefined) return undefined;
  if (Object.hasOwn(WRITTEN, operation)) return WRITTEN[operation];
  const valid = validValue(schemas.write(body, "input"), schemas.components);
  const samples = fc.sample(valid, { numRuns: 300, seed: 1 }).filter((each) => body.safeParse(each).success);
  return samples.toSorted((a, b) => JSON.stringify(a).length - JSON.stringify(b).length)[0];
}
