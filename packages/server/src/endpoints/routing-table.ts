import { readSegment, splitPath } from "./path-pattern.ts";
import type { PatternSegment } from "./path-pattern.ts";

/** What a request's path and method lead to. */
export type RouteMatch<Target> =
  | { readonly target: Target; readonly params: Readonly<Record<string, string>> }
  | { readonly target: undefined; /** Empty when the path is unknown. */ readonly allow: readonly string[] };

/** One route of {@link createRoutingTable}. */
export interface Route<Target> {
  /** Upper case. */
  readonly method: string;
  /** E.g. `/orders/:id`. */
  readonly pattern: string;
  readonly target: Target;
}

/**
 * The endpoints of one tenant. A pattern takes the paths that URLPattern (https://urlpattern.spec.whatwg.org) says,
 * save that a trailing slash and percent-encoding make no difference.
 */
export interface RoutingTable<Target> {
  /**
   * Exact segments win over parameters and those over wildcards; the first difference from the left decides. `HEAD`
   * falls back on `GET`. Parameters are percent-decoded.
   */
  match(method: string, path: string): RouteMatch<Target>;
}

interface Node<Target> {
  readonly exact: Map<string, Node<Target>>;
  parameter: Node<Target> | undefined;
  /** Routes that end here. */
  readonly routes: Map<string, Compiled<Target>>;
  /** Routes whose wildcard begins here. */
  readonly wildcards: Map<string, Compiled<Target>>;
}

interface Compiled<Target> extends Route<Target> {
  readonly segments: readonly PatternSegment[];
}

/** A path, taken apart. */
interface Path {
  /** Percent-decoded. */
  readonly segments: readonly string[];
  readonly endsWithSlash: boolean;
}

/** Routes that a path leads to, by method. */
type Candidates<Target> = ReadonlyMap<string, Compiled<Target>>;

const NO_PARAMS: Readonly<Record<string, string>> = Object.freeze({});

/** Builds the table as a tree of segments. */
export function createRoutingTable<Target>(routes: Iterable<Route<Target>>): RoutingTable<Target> {
  const root = createNode<Target>();
  for (const route of routes) addRoute(root, route);

  return {
    match(method, text) {
      const path = readPath(text);
      const found = path === undefined ? [] : findCandidates(root, path, 0);
      for (const candidates of found) {
        const route = candidates.get(method) ?? (method === "HEAD" ? candidates.get("GET") : undefined);
        if (route !== undefined && path !== undefined)
          return { target: route.target, params: readParams(route, path) };
      }
      return { target: undefined, allow: listMethods(found) };
    },
  };
}

function createNode<Target>(): Node<Target> {
  return { exact: new Map(), parameter: undefined, routes: new Map(), wildcards: new Map() };
}

function addRoute<Target>(root: Node<Target>, route: Route<Target>): void {
  const segments = splitPath(route.pattern).map(readSegment);
  let node = root;
  let ending = node.routes;
  for (const segment of segments) {
    if (segment.kind === "exact") node = exactChild(node, segment.text);
    else if (segment.kind === "parameter") node = node.parameter ??= createNode();
    ending = segment.kind === "wildcard" ? node.wildcards : node.routes;
  }
  ending.set(route.method, { ...route, segments });
}

function exactChild<Target>(node: Node<Target>, segment: string): Node<Target> {
  const child = node.exact.get(segment) ?? createNode<Target>();
  node.exact.set(segment, child);
  return child;
}

/** Whatever the path leads to, best first. */
function findCandidates<Target>(node: Node<Target>, path: Path, depth: number): Candidates<Target>[] {
  const segment = path.segments[depth];
  const wildcards = node.wildcards.size === 0 ? [] : [takingRest(node.wildcards, path, depth)];
  if (segment === undefined) return node.routes.size === 0 ? wildcards : [node.routes, ...wildcards];
  const exact = node.exact.get(segment);
  const found = exact === undefined ? [] : findCandidates(exact, path, depth + 1);
  if (node.parameter === undefined || segment === "") return [...found, ...wildcards];
  return [...found, ...findCandidates(node.parameter, path, depth + 1), ...wildcards];
}

/** Those wildcards that take what is left of the path from this depth on. */
function takingRest<Target>(
  wildcards: Candidates<Target>,
  { segments, endsWithSlash }: Path,
  depth: number,
): Candidates<Target> {
  const rest = segments.slice(depth);
  const hasGaps = rest.includes("");
  const isTaken = ({ segments: pattern }: Compiled<Target>): boolean => {
    const last = pattern.at(-1);
    if (last?.kind !== "wildcard") return false;
    if (last.takes === "slash") return rest.length > 0 || endsWithSlash;
    return !hasGaps && (rest.length > 0 || last.takes === "any");
  };
  return new Map([...wildcards].filter(([, route]) => isTaken(route)));
}

function readPath(text: string): Path | undefined {
  const endsWithSlash = text.endsWith("/");
  const trimmed = endsWithSlash && text.length > 1 ? text.slice(0, -1) : text;
  const segments = splitPath(trimmed);
  if (!trimmed.includes("%")) return { segments, endsWithSlash };
  try {
    return { segments: segments.map(decodeURIComponent), endsWithSlash };
  } catch {
    return undefined;
  }
}

function readParams<Target>(
  { pattern, segments }: Compiled<Target>,
  path: Path,
): Readonly<Record<string, string>> {
  if (!pattern.includes(":") && !pattern.includes("*")) return NO_PARAMS;
  const entries: [string, string][] = [];
  for (const [index, segment] of segments.entries()) {
    if (segment.kind === "parameter") entries.push([segment.name, path.segments[index] ?? ""]);
    else if (segment.kind === "wildcard") entries.push([segment.name, path.segments.slice(index).join("/")]);
  }
  return Object.fromEntries(entries);
}

function listMethods(found: readonly Candidates<unknown>[]): string[] {
  const methods = new Set(found.flatMap((candidates) => [...candidates.keys()]));
  if (methods.has("GET")) methods.add("HEAD");
  return [...methods].sort();
}
