import { Ajv2020 } from "ajv/dist/2020.js";
import type { ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { JsonObject } from "@skerry/sandbox";
import { SERVER_ERRORS } from "../../src/problems/error-table.ts";
import type { ServerErrorCode } from "../../src/problems/error-table.ts";
import { PROBLEM_TYPE } from "../../src/problems/problem.ts";
import { API_ROUTES } from "../../src/rest/api.ts";
import { problem } from "../../src/rest/openapi-problems.ts";
import { createSchemaWriter } from "../../src/rest/openapi-schemas.ts";
import { errorsOf } from "../../src/rest/route-errors.ts";
import type { Route } from "../../src/rest/route.ts";

/** An answer of the REST API, and what was asked. */
export interface SeenAnswer {
  readonly method: string;
  /** With or without a query. */
  readonly path: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

const API = "/api/v1";
const EVENT_STREAM_TYPE = "text/event-stream";
/** What paths and methods that are no route can be answered. */
const OUTSIDE_ROUTES: readonly ServerErrorCode[] = ["ROUTE_NOT_FOUND", "METHOD_NOT_ALLOWED"];
const CREDENTIALS: readonly ServerErrorCode[] = Object.entries(SERVER_ERRORS).flatMap(([code, { status }]) =>
  status === 401 ? [code as ServerErrorCode] : [],
);

/** Throws unless the answer is one that the route declares: its status, its whole body, its code. */
export function checkDeclared(seen: SeenAnswer): void {
  if (!seen.path.startsWith(`${API}/`)) return;
  const complaint = complain(seen, findRoute(seen.method, seen.path));
  if (complaint === undefined) return;
  throw new Error(
    `${seen.method} ${seen.path} answered ${seen.status} ${seen.text.slice(0, 2_000)}\n${complaint}`,
  );
}

const matchers = API_ROUTES.map((route) => ({
  route,
  pattern: new RegExp(`^${API}${route.path.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[^/]+")}$`),
}));

/** The route that answers; the first one that fits, as in the router. */
export function findRoute(method: string, path: string): Route | undefined {
  const [pathname = ""] = path.split("?");
  const wanted = method === "HEAD" ? "GET" : method;
  return matchers.find(({ route, pattern }) => route.method === wanted && pattern.test(pathname))?.route;
}

function complain(
  { method, status, headers, text }: SeenAnswer,
  route: Route | undefined,
): string | undefined {
  const type = headers.get("content-type") ?? "";
  if (status >= 400) return method === "HEAD" ? undefined : complainOfProblem(status, type, text, route);
  if (route === undefined) return "but there is no such route";
  const schema = route.answers[status];
  if (schema === undefined) return `the route declares ${Object.keys(route.answers).join(", ")}`;
  if (schema === null || method === "HEAD") return text === "" ? undefined : "the route declares no body";
  if (type.startsWith(EVENT_STREAM_TYPE))
    return route.events === undefined ? "it declares no events" : undefined;
  if (!type.startsWith("application/json")) return `the type is ${type}`;
  return complainOfBody(validators.answer(route, status), text);
}

function complainOfProblem(
  status: number,
  type: string,
  text: string,
  route: Route | undefined,
): string | undefined {
  if (!type.startsWith(PROBLEM_TYPE)) return `the type is ${type}`;
  const complaint = complainOfBody(validators.problem, text);
  if (complaint !== undefined) return complaint;
  const { code } = JSON.parse(text) as { readonly code: ServerErrorCode };
  if (SERVER_ERRORS[code].status !== status) return `${code} has the status ${SERVER_ERRORS[code].status}`;
  const declared = route === undefined ? [...OUTSIDE_ROUTES, ...CREDENTIALS] : errorsOf(route);
  return declared.includes(code)
    ? undefined
    : `${code} is not declared by ${route?.operation ?? "unknown paths"}`;
}

function complainOfBody(validate: ValidateFunction, text: string): string | undefined {
  if (validate(JSON.parse(text))) return undefined;
  return validate.errors
    ?.map(({ instancePath, message, params }) => {
      return `${instancePath} ${message} ${JSON.stringify(params)}`;
    })
    .join("\n");
}

const validators = createValidators();

/** Schemas are closed here: a field that is not declared may be one that nobody was to see. */
function createValidators() {
  const ajv = addFormats.default(new Ajv2020({ strict: false, allErrors: true }));
  const schemas = createSchemaWriter({ closesAnswers: true });
  const written = new Map<string, JsonObject>();
  for (const route of API_ROUTES) {
    for (const [status, answer] of Object.entries(route.answers)) {
      if (answer !== null) written.set(`${route.operation} ${status}`, schemas.write(answer, "output"));
    }
  }
  const problemSchema = schemas.write(problem, "output");
  const compiled = new Map<string, ValidateFunction>();
  const compile = (schema: JsonObject): ValidateFunction =>
    ajv.compile({ ...schema, components: { schemas: schemas.components } });

  return {
    problem: compile(problemSchema),
    answer({ operation }: Route, status: number): ValidateFunction {
      const name = `${operation} ${status}`;
      const known = compiled.get(name) ?? compile(written.get(name) ?? {});
      compiled.set(name, known);
      return known;
    },
  };
}
