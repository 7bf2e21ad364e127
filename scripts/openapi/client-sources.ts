import { isDeepStrictEqual } from "node:util";
import { writeComment, writeType } from "../../packages/server/src/typescript/json-schema-type.ts";
import type { Direction, JsonSchema } from "../../packages/server/src/typescript/json-schema-type.ts";
import { itemOfPage, listOperations } from "./document.ts";
import type { NamedOperation, OpenApiDocument } from "./document.ts";

const NOTE = "// Generated from openapi.json: npm run check -- --only=openapi --write\n";

/** The table by which the client makes its methods: method, path, and what else each takes and gives. */
export function writeOperationTable(document: OpenApiDocument): string {
  const rows = listOperations(document).map((operation) => {
    const { operationId, method, path, requestBody, queryFields, answers } = operation;
    const marks = [
      ...(requestBody === undefined ? [] : ["body"]),
      ...(queryFields.length === 0 ? [] : ["query"]),
      ...(itemOfPage(answers) === undefined ? [] : ["list"]),
    ];
    return `${JSON.stringify(operationId)}: ${JSON.stringify([method, path, ...marks].join(" "))},\n`;
  });
  return `${NOTE}\nexport const OPERATIONS = {\n${rows.join("")}} as const;\n`;
}

/** The types of everything that goes to Skerry and comes from it, and of the client's methods. */
export function writeClientTypes(document: OpenApiDocument): string {
  const operations = listOperations(document);
  const components = Object.entries(document.components.schemas);
  const features = Map.groupBy(operations, ({ feature }) => feature);
  return [
    NOTE,
    'import type { List } from "../list.ts";',
    'import type { RequestOptions } from "../transport.ts";\n',
    `/** Any JSON value. */\nexport type JsonValue = ${JSON_VALUE};\n`,
    ...components.map(([name, schema]) => declare(name, schema, "answer", schema.description)),
    ...operations.flatMap(declareOwnTypes),
    ...[...features].map(([feature, own]) => writeFeature(feature, own)),
    "/** Every operation, by its feature. */",
    `export interface Operations {\n${[...features.keys()].map(writeFeatureField).join("")}}\n`,
  ].join("\n");
}

const JSON_VALUE =
  "null | boolean | number | string | readonly JsonValue[] | { readonly [name: string]: JsonValue }";

function declare(name: string, schema: JsonSchema, direction: Direction, description?: string): string {
  const type = writeType(schema, direction);
  const isInterface = type.startsWith("{") && schema.type === "object";
  return `${writeComment(description)}export ${isInterface ? `interface ${name} ${type}` : `type ${name} = ${type};`}\n`;
}

/** What an operation takes and gives that is no component. */
function declareOwnTypes(operation: NamedOperation): string[] {
  const { requestBody, queryFields, answers, operationId } = operation;
  const body = requestBody?.content["application/json"]?.schema;
  const answer = itemOfPage(answers) ?? answers[0];
  return [
    ...(body === undefined || isNamed(body)
      ? []
      : [declare(`${nameOf(operation)}Input`, body, "input", `What \`${operationId}\` takes.`)]),
    ...(queryFields.length === 0 ? [] : [declareQuery(operation)]),
    ...(answer === undefined || answer === null || isNamed(answer) || answers.length > 1
      ? []
      : [declare(`${nameOf(operation)}Answer`, answer, "answer", `What \`${operationId}\` gives.`)]),
  ];
}

function declareQuery(operation: NamedOperation): string {
  const fields = operation.queryFields.map(({ name = "", schema = {}, description }) => {
    // In a query it is a text.
    const type = isDeepStrictEqual(schema.enum, ["true", "false"]) ? { type: "boolean" } : schema;
    return [name, { ...type, ...(description === undefined ? {} : { description }) }] as const;
  });
  const required = operation.queryFields.flatMap(({ name, required }) => (required && name ? [name] : []));
  const schema = { type: "object", properties: Object.fromEntries(fields), required };
  return declare(`${nameOf(operation)}Query`, schema, "input", `What \`${operation.operationId}\` asks for.`);
}

/** Whether a type needs no name of its own: it has one, or is a simple one. */
function isNamed({ $ref, type, anyOf, oneOf }: JsonSchema): boolean {
  return $ref !== undefined || (type !== "object" && (anyOf ?? oneOf) === undefined);
}

function nameOf({ feature, verb }: NamedOperation): string {
  return capitalize(feature) + capitalize(verb);
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function writeFeatureField(feature: string): string {
  return `readonly ${feature}: ${capitalize(feature)}Operations;\n`;
}

function writeFeature(feature: string, operations: readonly NamedOperation[]): string {
  return `export interface ${capitalize(feature)}Operations {\n${operations.map(writeMethod).join("")}}\n`;
}

function writeMethod(operation: NamedOperation): string {
  const { verb, summary, description, pathNames, requestBody, queryFields, answers } = operation;
  const body = requestBody?.content["application/json"]?.schema;
  const isQueryRequired = queryFields.some(({ required }) => required);
  const parameters = [
    ...pathNames.map((name) => `${name}: string | number`),
    ...(body === undefined
      ? []
      : [`input${requestBody?.required ? "" : "?"}: ${writeOwnType(operation, body, "Input")}`]),
    ...(queryFields.length === 0 ? [] : [`query${isQueryRequired ? "" : "?"}: ${nameOf(operation)}Query`]),
    "options?: RequestOptions",
  ];
  const comment = writeComment(summary, description);
  return `${comment}${verb}(${parameters.join(", ")}): ${writeResult(operation, answers)};\n`;
}

function writeResult(operation: NamedOperation, answers: NamedOperation["answers"]): string {
  const item = itemOfPage(answers);
  if (item !== undefined) return `List<${writeOwnType(operation, item, "Answer")}>`;
  if (answers.length > 1) {
    const types = answers.map((answer) => (answer === null ? "undefined" : writeType(answer, "answer")));
    return `Promise<${types.join(" | ")}>`;
  }
  const [answer = null] = answers;
  return `Promise<${answer === null ? "void" : writeOwnType(operation, answer, "Answer")}>`;
}

function writeOwnType(operation: NamedOperation, schema: JsonSchema, suffix: "Input" | "Answer"): string {
  const direction = suffix === "Input" ? "input" : "answer";
  return isNamed(schema) ? writeType(schema, direction) : nameOf(operation) + suffix;
}
