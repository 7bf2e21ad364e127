import { STATUS_CODES } from "node:http";
import type { JsonObject } from "@skerry/sandbox";
import { PERMISSIONS } from "../auth/permission.ts";
import { createSchemaWriter } from "./openapi-schemas.ts";
import type { SchemaWriter } from "./openapi-schemas.ts";
import { describeProblems } from "./openapi-problems.ts";
import { isAboutTenant } from "./route.ts";
import type { Access, Route } from "./route.ts";

const DESCRIPTION = `Lists come in pages: \`nextCursor\` of one is \`cursor\` of the next. Writes take \`Idempotency-Key\`. \
Refusals are problem details (RFC 9457) whose \`code\` keeps its meaning. Fields may be added to answers; ignore those \
that you do not know.`;

const TENANT_PARAMETER = {
  name: "Skerry-Tenant",
  in: "header",
  description: "The tenant to act on; for operators only, who have to name one.",
  schema: { type: "string" },
};

const IDEMPOTENCY_PARAMETER = {
  name: "Idempotency-Key",
  in: "header",
  description:
    "Any text that is new for each new request: a repetition within 24 hours gets the first answer and does nothing.",
  schema: { type: "string", pattern: "^[\\x21-\\x7e]{1,255}$" },
};

/**
 * Describes routes below `/api/v1` as OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.1.html).
 *
 * @param basePath What their paths begin with besides. Default empty.
 */
export function createOpenApiDocument(routes: readonly Route[], basePath = ""): JsonObject {
  const schemas = createSchemaWriter();
  const paths: Record<string, JsonObject> = {};
  for (const route of routes) {
    paths[route.path] = {
      ...paths[route.path],
      [route.method.toLowerCase()]: describeOperation(route, schemas),
    };
  }
  return {
    openapi: "3.1.1",
    info: {
      title: "Skerry",
      version: "1",
      description: DESCRIPTION,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: `${basePath}/api/v1` }],
    security: [{ apiKey: [] }],
    tags: [...new Set(routes.map(featureOf))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        apiKey: {
          type: "http",
          scheme: "bearer",
          description: "An API key: of a tenant or of the operator.",
        },
      },
      parameters: { tenant: TENANT_PARAMETER, idempotencyKey: IDEMPOTENCY_PARAMETER },
      schemas: Object.fromEntries(
        Object.entries(schemas.components).toSorted(([a], [b]) => (a < b ? -1 : 1)),
      ),
    },
  };
}

function describeOperation(route: Route, schemas: SchemaWriter): JsonObject {
  const { operation, summary, access, body } = route;
  const content = body && { "application/json": { schema: schemas.write(body, "input") } };
  return {
    operationId: operation,
    tags: [featureOf(route)],
    summary,
    description: describeAccess(access),
    ...(access === "public" ? { security: [] } : {}),
    parameters: describeParameters(route, schemas),
    ...(content === undefined ? {} : { requestBody: { content, required: !acceptsNothing(route) } }),
    responses: { ...describeAnswers(route, schemas), ...describeProblems(route, schemas) },
  };
}

function featureOf({ operation }: Route): string {
  return operation.slice(0, operation.indexOf("."));
}

/** No body at all means the empty object. */
function acceptsNothing({ body }: Route): boolean {
  return body?.safeParse({}).success ?? true;
}

function describeAccess(access: Access): string {
  switch (access) {
    case "public":
      return "Needs no key.";
    case "operator":
      return "For operators.";
    case "known":
      return "For whoever proved who they are.";
    case "member":
      return "For whoever acts within a tenant.";
    default:
      return `Needs the permission \`${access}\`: ${PERMISSIONS[access]}`;
  }
}

function describeParameters(route: Route, schemas: SchemaWriter): JsonObject[] {
  const { access, method } = route;
  const isGuarded = access !== "public";
  return [
    ...listFields(route.params, "path", schemas),
    ...listFields(route.query, "query", schemas),
    ...(isAboutTenant(access) ? [{ $ref: "#/components/parameters/tenant" }] : []),
    ...(isGuarded && method !== "GET" ? [{ $ref: "#/components/parameters/idempotencyKey" }] : []),
  ];
}

function listFields(schema: Route["query"], place: "path" | "query", schemas: SchemaWriter): JsonObject[] {
  const { properties = {}, required = [] } = schemas.write(schema, "input") as ObjectSchema;
  return Object.entries(properties).map(([name, { description, ...field }]) => ({
    name,
    in: place,
    ...(description === undefined ? {} : { description }),
    ...(place === "path" || required.includes(name) ? { required: true } : {}),
    schema: field,
  }));
}

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, JsonObject>>;
  readonly required?: readonly string[];
}

function describeAnswers(route: Route, schemas: SchemaWriter): Record<string, JsonObject> {
  const responses = Object.entries(route.answers).map(([status, schema]): [string, JsonObject] => {
    const description = STATUS_CODES[status] ?? status;
    if (schema === null) return [status, { description }];
    const json = { "application/json": { schema: schemas.write(schema, "output") } };
    return [status, { description, content: { ...json, ...describeEvents(route, schemas) } }];
  });
  return Object.fromEntries(responses);
}

/** OpenAPI 3.1 has no words for server-sent events: the extension gives the schema of each one's data. */
function describeEvents({ events }: Route, schemas: SchemaWriter): Record<string, JsonObject> {
  if (events === undefined) return {};
  const data: Record<string, JsonObject> = {};
  for (const [name, schema] of Object.entries(events)) data[name] = schemas.write(schema, "output");
  return { "text/event-stream": { schema: { type: "string" }, "x-events": data } };
}
