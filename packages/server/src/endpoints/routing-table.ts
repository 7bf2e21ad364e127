import { splitPath } from "./path-pattern.ts";

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

/** The endpoints of one tenant. */
export interface RoutingTable<Target> {
  /**
   * Exact segments win over parameters, the first difference from the left decides. A trailing slash and
   * percent-encoding make no difference. `HEAD` falls back on `GET`.
   */
  match(method: string, path: string): RouteMatch<Target>;
}

interface Node<Target> {
  readonly exact: Map<string, Node<Target>>;
  parameter: Node<Target> | undefined;
  readonly routes: Map<string, Route<Target>>;
}

const NO_PARAMS: Readonly<Record<string, string>> = Object.freeze({});

/** Builds the table as a tree of segments. */
export function createRoutingTable<Target>(routes: Iterable<Route<Target>>): RoutingTable<Target> {
  const root = createNode<Target>();
  for (const route of routes) addRoute(root, route);

  return {
    match(method, path) {
      const segments = decodeSegments(path);
      const nodes = segments === undefined ? [] : findNodes(root, segments, 0);
      for (const { routes: candidates } of nodes) {
        const route = candidates.get(method) ?? (method === "HEAD" ? candidates.get("GET") : undefined);
        if (route !== undefined)
          return { target: route.target, params: readParams(route.pattern, segments ?? []) };
      }
      return { target: undefined, allow: listMethods(nodes) };
    },
  };
}

function createNode<Target>(): Node<Target> {
  return { exact: new Map(), parameter: undefined, routes: new Map() };
}

function addRoute<Target>(root: Node<Target>, route: Route<Target>): void {
  let node = root;
  for (const segment of splitPath(route.pattern)) {
    node = segment.startsWith(":") ? (node.parameter ??= createNode()) : exactChild(node, segment);
  }
  node.routes.set(route.method, route);
}

function exactChild<Target>(node: Node<Target>, segment: string): Node<Target> {
  const child = node.exact.get(segment) ?? createNode<Target>();
  node.exact.set(segment, child);
  return child;
}

/** All nodes that the path leads to, best first. */
function findNodes<Target>(node: Node<Target>, segments: readonly string[], depth: number): Node<Target>[] {
  const segment = segments[depth];
  if (segment === undefined) return node.routes.size === 0 ? [] : [node];
  const exact = node.exact.get(segment);
  const found = exact === undefined ? [] : findNodes(exact, segments, depth + 1);
  if (node.parameter === undefined || segment === "") return found;
  return [...found, ...findNodes(node.parameter, segments, depth + 1)];
}

function decodeSegments(path: string): string[] | undefined {
  const trimmed = path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
  const segments = splitPath(trimmed);
  if (!trimmed.includes("%")) return segments;
  try {
    return segments.map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

function readParams(pattern: string, segments: readonly string[]): Readonly<Record<string, string>> {
  if (!pattern.includes(":")) return NO_PARAMS;
  const entries = splitPath(pattern).flatMap((part, index) =>
    part.startsWith(":") ? [[part.slice(1), segments[index] ?? ""] as const] : [],
  );
  return Object.fromEntries(entries);
}

function listMethods(nodes: readonly Node<unknown>[]): string[] {
  const methods = new Set(nodes.flatMap(({ routes }) => [...routes.keys()]));
  if (methods.has("GET")) methods.add("HEAD");
  return [...methods].sort();
}
