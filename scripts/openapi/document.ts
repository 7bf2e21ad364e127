import type { JsonSchema } from "../../packages/server/src/typescript/json-schema-type.ts";

/** What the generator of the client reads of `openapi.json`. */
export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly required: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

export interface Parameter {
  readonly name?: string;
  readonly in?: "path" | "query" | "header";
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: JsonSchema;
}

type Content = Readonly<Record<string, MediaType>>;

export interface MediaType {
  readonly schema: JsonSchema;
  /** Data of server-sent events by name. */
  readonly "x-events"?: Readonly<Record<string, JsonSchema>>;
}

export interface NamedOperation extends Operation {
  readonly method: string;
  readonly path: string;
  /** The two parts of its id. */
  readonly feature: string;
  readonly verb: string;
  readonly pathNames: readonly string[];
  readonly queryFields: readonly Parameter[];
  /** Of its answers with success, each once; null for those without a body. */
  readonly answers: readonly (JsonSchema | null)[];
}

/** Every operation that a program can use; where success is to be led elsewhere, only a browser can. */
export function listOperations({ paths }: OpenApiDocument): NamedOperation[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, operation]): NamedOperation[] => {
      const [feature = "", verb = ""] = operation.operationId.split(".");
      const answers = listAnswers(operation);
      if (answers.length === 0) return [];
      return [
        {
          ...operation,
          method: method.toUpperCase(),
          path,
          feature,
          verb,
          pathNames: [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name),
          queryFields: operation.parameters.filter((parameter) => parameter.in === "query"),
          answers,
        },
      ];
    }),
  );
}

function listAnswers({ responses }: Operation): (JsonSchema | null)[] {
  const answers = Object.entries(responses)
    .filter(([status]) => status.startsWith("2"))
    .map(([, { content }]) => content?.["application/json"]?.schema ?? null);
  const byText = new Map(answers.map((answer) => [JSON.stringify(answer), answer]));
  return [...byText.values()];
}

/** The schema of a list's items. @returns undefined for an answer that is no page. */
export function itemOfPage(answers: NamedOperation["answers"]): JsonSchema | undefined {
  const { items, nextCursor } = answers[0]?.properties ?? {};
  return nextCursor === undefined ? undefined : items?.items;
}
