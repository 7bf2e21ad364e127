import type { ErrorRow } from "../problems/error-row.ts";

/** Every code that any route can answer, in one place. */
export const REST_ERRORS = {
  BODY_INVALID: {
    status: 400,
    kind: "user",
    title: "The body is not JSON",
    help: "The request body is not UTF-8 encoded JSON, or nested deeper than 100 levels. The detail names the place.",
  },
  BODY_LIMIT: {
    status: 413,
    kind: "user",
    title: "The body is too large",
    help: "The request body is larger than this route takes. The detail names the limit in bytes.",
  },
  BODY_TYPE: {
    status: 415,
    kind: "user",
    title: "The body's type is not JSON",
    help: "Send the body with the header `Content-Type: application/json`.",
  },
  INPUT_INVALID: {
    status: 422,
    kind: "user",
    title: "The input does not fit",
    help: "The body or the query breaks the route's schema. `errors` lists each place with its path.",
  },
  ROUTE_NOT_FOUND: {
    status: 404,
    kind: "user",
    title: "No such route",
    help: "Nothing answers at this path. The API's routes begin with `/api/v1`, endpoints of scripts with `/run/`.",
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    kind: "user",
    title: "Method not allowed",
    help: "The path exists, but not with this method. The header `Allow` lists those it has.",
  },
  INTERNAL: {
    status: 500,
    kind: "system",
    title: "Something went wrong inside Skerry",
    help: "The server's log has the detail under the problem's `instance`.",
  },
  CAPACITY: {
    status: 503,
    kind: "system",
    title: "No runner is free",
    help: "All runners are busy. Retry after the seconds in `Retry-After`, or raise `SKERRY_RUNNERS_MAX`.",
  },
  SHUTTING_DOWN: {
    status: 503,
    kind: "system",
    title: "The server is shutting down",
    help: "This node takes no new work. Retry; another node or the restarted one will answer.",
  },
  STORAGE_UNAVAILABLE: {
    status: 503,
    kind: "system",
    title: "The database cannot be reached",
    help: "PostgreSQL does not answer. Nothing was changed. Retry after the seconds in `Retry-After`.",
  },
} as const satisfies Record<string, ErrorRow>;
