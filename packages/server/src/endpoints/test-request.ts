import { SkerryError } from "../problems/errors.ts";
import type { ErrorDetail } from "../problems/errors.ts";
import { readSegment, splitPath } from "./path-pattern.ts";
import type { HttpMethod, PatternSegment } from "./path-pattern.ts";

/** A request to an endpoint as somebody put it together to try it. */
export interface TestRequest {
  readonly method: HttpMethod;
  /** Texts for the parameters of the pattern by their names, that of a `*` is `0`. They are percent-encoded here. */
  readonly params: Readonly<Record<string, string>>;
  /** With or without the question mark; empty for none. */
  readonly query: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Not sent by methods that have none. */
  readonly body: string;
}

/** Methods whose requests `fetch` gives no body (https://fetch.spec.whatwg.org, 5.4). */
const BODILESS: ReadonlySet<string> = new Set(["GET", "HEAD"]);

/** Tells whether requests of a method can have a body. */
export function takesBody(method: HttpMethod): boolean {
  return !BODILESS.has(method);
}

/** A parameter of a pattern. */
export interface PatternParameter {
  /** As it is in `params` of a request. */
  readonly name: string;
  /** Whether it stands for several segments, with slashes between. */
  readonly isRest: boolean;
  readonly isRequired: boolean;
}

/** The parameters of a pattern, in order. */
export function listParameters(pattern: string): PatternParameter[] {
  return splitPath(pattern)
    .map(readSegment)
    .flatMap((segment) => {
      if (segment.kind === "exact") return [];
      const isRest = segment.kind === "wildcard";
      return [{ name: segment.name, isRest, isRequired: !isRest || segment.takes === "some" }];
    });
}

/**
 * Makes the request. Its path fits the pattern, and begins below the tenant's root whatever the parameters.
 *
 * @throws SkerryError `INPUT_INVALID` that names parameters as `params.NAME`.
 */
export function createTestRequest(
  { rootUrl, pattern }: { readonly rootUrl: string; readonly pattern: string },
  { method, params, query, headers, body }: TestRequest,
): { readonly request: Request; readonly path: string } {
  const path = fillPattern(pattern, params);
  const url = new URL(rootUrl + path);
  url.search = query;
  const init = { method, headers: createHeaders(headers), ...(takesBody(method) && body !== "" && { body }) };
  return { request: new Request(url, init), path };
}

function fillPattern(pattern: string, params: TestRequest["params"]): string {
  const problems: ErrorDetail[] = [];
  const segments = splitPath(pattern)
    .map(readSegment)
    .map((segment) => {
      if (segment.kind === "exact") return segment.text;
      const value = params[segment.name] ?? "";
      const message = findProblem(segment, value);
      if (message !== undefined) problems.push({ path: `params.${segment.name}`, message });
      return segment.kind === "wildcard"
        ? value.split("/").map(encodeURIComponent).join("/")
        : encodeURIComponent(value);
    });
  const [first] = problems;
  if (first !== undefined) {
    throw new SkerryError("INPUT_INVALID", `${first.path}: ${first.message}`, { details: problems });
  }
  // What ends with nothing is the path without it; only a plain wildcard needs its slash.
  const isBare = segments.at(-1) === "" && !pattern.endsWith("/*");
  return `/${(isBare ? segments.slice(0, -1) : segments).join("/")}`;
}

/** URLs resolve segments of dots away, also encoded ones, so they would lead elsewhere. */
function findProblem(segment: Exclude<PatternSegment, { kind: "exact" }>, value: string): string | undefined {
  if (!value.isWellFormed()) return "must be well-formed text";
  if (value.split("/").some((part) => part === "." || part === ".."))
    return "must not hold . or .. as a segment";
  const isRequired = segment.kind === "parameter" || segment.takes === "some";
  return isRequired && value === "" ? "is missing" : undefined;
}

function createHeaders(pairs: TestRequest["headers"]): Headers {
  const headers = new Headers();
  for (const [name, value] of pairs) {
    try {
      headers.append(name, value);
    } catch {
      const message = `holds ${JSON.stringify(name.slice(0, 80))}, which with its value is no header of HTTP`;
      const details = [{ path: "headers", message }];
      throw new SkerryError("INPUT_INVALID", `headers: ${message}`, { details });
    }
  }
  return headers;
}
