import { z } from "zod";
import type { Permission } from "../auth/permission.ts";
import type { ServerErrorCode } from "../problems/error-table.ts";

/**
 * Who may call a route: whoever has the permission within the tenant that the request is about; `member`, whoever acts
 * within a tenant at all; `operator`, for the installation; `known`, whoever proved who they are; `public`, everybody.
 */
export type Access = Permission | "member" | "operator" | "known" | "public";

/** Whether requests of this access are about one tenant. */
export function isAboutTenant(access: Access): boolean {
  return access !== "operator" && access !== "known" && access !== "public";
}

/** What a route answers by status: a schema of its JSON body, or null for none. */
export type Answers = Readonly<Record<number, z.ZodType | null>>;

/**
 * One operation of the REST API, declared once: the router checks requests by it, the OpenAPI document and the types of
 * the client are made of it, and tests go through the list of all.
 */
export interface Route<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
> {
  /** `feature.verb`, which is also its name in the client: `client.scripts.create`. */
  readonly operation: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below `/api/v1`, with parameters in braces: `/scripts/{script}`. */
  readonly path: string;
  /** One sentence. */
  readonly summary: string;
  readonly access: Access;
  readonly params: Params;
  readonly query: Query;
  /** Absent for a route that reads no body. */
  readonly body: Body | undefined;
  /** Whether its body carries sources and may be larger than others. */
  readonly carriesSource: boolean;
  /** Largest body, where that is larger still. */
  readonly bodyBytes: number | undefined;
  readonly answers: Answers;
  /**
   * Server-sent events that it answers instead where `Accept` asks for `text/event-stream`: the schema of each one's
   * data by its name.
   */
  readonly events: Readonly<Record<string, z.ZodType>> | undefined;
  /** What it can refuse beside what every route can: body, input, key, permission, storage. */
  readonly errors: readonly ServerErrorCode[];
}

export type RouteOptions<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType> = Pick<
  Route,
  "operation" | "method" | "path" | "summary" | "access" | "answers"
> & {
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  readonly carriesSource?: boolean;
  readonly bodyBytes?: number;
  readonly events?: Readonly<Record<string, z.ZodType>>;
  readonly errors?: readonly ServerErrorCode[];
};

const nothing = z.strictObject({});
type Nothing = typeof nothing;

/** Declares a route. What it does not say it does not take: no parameters, no query, no body. */
export function defineRoute<
  Params extends z.ZodType = Nothing,
  Query extends z.ZodType = Nothing,
  Body extends z.ZodType = z.ZodNever,
>(options: RouteOptions<Params, Query, Body>): Route<Params, Query, Body> {
  return {
    params: nothing as unknown as Params,
    query: nothing as unknown as Query,
    body: undefined,
    carriesSource: false,
    bodyBytes: undefined,
    events: undefined,
    errors: [],
    ...options,
  };
}

/** A moment: a Date here, RFC 3339 text in JSON. */
export function moment(): z.ZodDate {
  return z.date();
}

/** Parameters of a path are looked up, not checked: what is malformed names nothing and answers 404. */
export function pathParameters<const Name extends string>(
  ...names: readonly Name[]
): z.ZodObject<Record<Name, z.ZodString>> {
  const shape = Object.fromEntries(names.map((name) => [name, z.string()]));
  return z.strictObject(shape as Record<Name, z.ZodString>);
}

/** One page of a list. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item).readonly(),
    nextCursor: z.string().nullable().describe("For the next page; null on the last one."),
  });
}
