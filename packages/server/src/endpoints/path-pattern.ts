/** The methods that an `http` script can answer. */
export const HTTP_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;
export type HttpMethod = (typeof HTTP_METHODS)[number];

const MAX_LENGTH = 200;
const MAX_SEGMENTS = 16;
const EXACT = /^(?!\.\.?$)[\w.~-]+$/;
const PARAMETER = /^:[a-z_]\w*$/i;
const WILDCARD = /^(?:\*|:(?<name>[a-z_]\w*)(?<modifier>[*+]))$/i;
/** What URLPattern calls the group of a `*`: groups without a name are counted from 0. */
const UNNAMED = "0";

export const PATH_PATTERN_HELP =
  `must begin with /, have at most ${MAX_SEGMENTS} segments out of letters, digits, "-", ".", "_" and "~" or of ` +
  "the form :name, at its end perhaps * or :name* or :name+, no name twice, and not end with /";

/** Tells whether a text is a path of an endpoint, e.g. `/orders/:id` or `/files/*`. */
export function isPathPattern(text: string): boolean {
  if (text === "/") return true;
  if (!text.startsWith("/") || text.length > MAX_LENGTH) return false;
  const segments = splitPath(text);
  const names = segments.filter((segment) => segment.startsWith(":")).map(nameOf);
  return (
    segments.length <= MAX_SEGMENTS &&
    segments.every((segment, index) => isSegment(segment, index === segments.length - 1)) &&
    new Set(names).size === names.length
  );
}

function isSegment(segment: string, isLast: boolean): boolean {
  return EXACT.test(segment) || PARAMETER.test(segment) || (isLast && WILDCARD.test(segment));
}

function nameOf(segment: string): string {
  return /\w+/.exec(segment)?.[0] ?? "";
}

/** How one segment of a pattern takes segments of a path. */
export type PatternSegment =
  | { readonly kind: "exact"; readonly text: string }
  | { readonly kind: "parameter"; readonly name: string }
  | {
      readonly kind: "wildcard";
      readonly name: string;
      /** `*` takes any rest behind a slash, `:name+` at least one segment, `:name*` also none. */
      readonly takes: "slash" | "some" | "any";
    };

/** Reads one segment of a pattern that `isPathPattern` holds for. */
export function readSegment(segment: string): PatternSegment {
  const wildcard = WILDCARD.exec(segment);
  if (wildcard !== null) {
    const { name = UNNAMED, modifier } = wildcard.groups ?? {};
    const takes = modifier === undefined ? "slash" : modifier === "+" ? "some" : "any";
    return { kind: "wildcard", name, takes };
  }
  return segment.startsWith(":")
    ? { kind: "parameter", name: segment.slice(1) }
    : { kind: "exact", text: segment };
}

/**
 * The pattern without its names: of two patterns of the same shape neither is closer to a path than the other. All
 * wildcards are alike.
 */
export function shapeOf(pattern: string): string {
  return pattern.replace(/:\w+[*+]$/, "*").replaceAll(/:\w+/g, ":");
}

/** The segments of a path; `/` has none. */
export function splitPath(path: string): string[] {
  return path === "/" ? [] : path.slice(1).split("/");
}
