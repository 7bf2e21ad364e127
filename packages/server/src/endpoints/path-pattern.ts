/** The methods that an `http` script can answer. */
export const HTTP_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;
export type HttpMethod = (typeof HTTP_METHODS)[number];

const MAX_LENGTH = 200;
const MAX_SEGMENTS = 16;
const SEGMENT = /^(?!\.\.?$)[\w.~-]+$/;
const PARAMETER = /^:[a-z_]\w*$/i;

export const PATH_PATTERN_HELP =
  `must begin with /, have at most ${MAX_SEGMENTS} segments out of letters, digits, "-", ".", "_" and "~" or of ` +
  "the form :name, no name twice, and not end with /";

/** Tells whether a text is a path of an endpoint, e.g. `/orders/:id`. */
export function isPathPattern(text: string): boolean {
  if (text === "/") return true;
  if (!text.startsWith("/") || text.length > MAX_LENGTH) return false;
  const segments = splitPath(text);
  const names = segments.filter((segment) => segment.startsWith(":"));
  return (
    segments.length <= MAX_SEGMENTS &&
    segments.every((segment) => SEGMENT.test(segment) || PARAMETER.test(segment)) &&
    new Set(names).size === names.length
  );
}

/** The pattern without its names: two patterns of the same shape answer the same paths. */
export function shapeOf(pattern: string): string {
  return pattern.replaceAll(/:\w+/g, ":");
}

/** The segments of a path; `/` has none. */
export function splitPath(path: string): string[] {
  return path === "/" ? [] : path.slice(1).split("/");
}
