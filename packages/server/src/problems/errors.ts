import type { ErrorKind } from "@skerry/sandbox";

interface ErrorRow {
  readonly status: number;
  readonly kind: ErrorKind;
  readonly title: string;
  /** What it means and how to mend it; `docs/errors.md` is generated from it. */
  readonly help: string;
}

/** Every code that the platform's routes can answer, beside those of the sandbox, in one place. */
export const SERVER_ERRORS = {
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
  TENANT_REQUIRED: {
    status: 400,
    kind: "user",
    title: "No tenant named",
    help: "An operator key acts on a tenant: name it in the header `Skerry-Tenant`.",
  },
  KEY_MISSING: {
    status: 401,
    kind: "user",
    title: "No API key",
    help: "Send an API key in the header `Authorization: Bearer KEY`.",
  },
  KEY_INVALID: {
    status: 401,
    kind: "user",
    title: "The API key is not valid",
    help: "The API key is unknown, expired or revoked. Create another one with `POST /api/v1/api-keys`.",
  },
  PERMISSION_DENIED: {
    status: 403,
    kind: "user",
    title: "Not permitted",
    help: "The API key lacks the scope that the detail names. Use a key that has it.",
  },
  TENANT_SUSPENDED: {
    status: 403,
    kind: "user",
    title: "The tenant is suspended",
    help: "The operator suspended this tenant. Only the operator can change that, with `PATCH /api/v1/tenants/{id}`.",
  },
  ROUTE_NOT_FOUND: {
    status: 404,
    kind: "user",
    title: "No such route",
    help: "Nothing answers at this path. The API's routes begin with `/api/v1`, endpoints of scripts with `/run/`.",
  },
  TENANT_NOT_FOUND: {
    status: 404,
    kind: "user",
    title: "No such tenant",
    help: "No tenant has this id.",
  },
  KEY_NOT_FOUND: {
    status: 404,
    kind: "user",
    title: "No such API key",
    help: "The tenant has no API key with this id, or it is revoked.",
  },
  SCRIPT_NOT_FOUND: {
    status: 404,
    kind: "user",
    title: "No such script",
    help: "The tenant has no script with this id or name.",
  },
  VERSION_NOT_FOUND: {
    status: 404,
    kind: "user",
    title: "No such version",
    help: "The script has no version with this number. `GET /api/v1/scripts/{id}/versions` lists them.",
  },
  EXECUTION_NOT_FOUND: {
    status: 404,
    kind: "user",
    title: "No such execution",
    help: "The tenant has no execution with this id.",
  },
  ENDPOINT_NOT_FOUND: {
    status: 404,
    kind: "user",
    title: "No such endpoint",
    help: "No active `http` script of this tenant has this path.",
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    kind: "user",
    title: "Method not allowed",
    help: "The path exists, but not with this method. The header `Allow` lists those it has.",
  },
  TENANT_EXISTS: {
    status: 409,
    kind: "user",
    title: "The tenant exists already",
    help: "Another tenant has this id. Choose another, or leave it out to get one made.",
  },
  SCRIPT_NAME_TAKEN: {
    status: 409,
    kind: "user",
    title: "The script's name is taken",
    help: "The tenant has another script with this name. Names are unique within a tenant.",
  },
  VERSION_CONFLICT: {
    status: 409,
    kind: "user",
    title: "The script has changed meanwhile",
    help: "`baseVersion` is not the script's latest version. Read the script again and repeat the change upon it.",
  },
  ENDPOINT_CONFLICT: {
    status: 409,
    kind: "user",
    title: "The endpoint is taken",
    help: "Another script of the tenant answers this method and path. The detail names both scripts.",
  },
  SCRIPT_NOT_PUBLISHED: {
    status: 409,
    kind: "user",
    title: "The script is not published",
    help: "The script is a draft. Publish a version, or name one in `version`.",
  },
  SCRIPT_DISABLED: {
    status: 409,
    kind: "user",
    title: "The script is disabled",
    help: 'A disabled script does not run. Enable it with `PATCH /api/v1/scripts/{id}` and `status: "active"`.',
  },
  SCRIPT_NOT_EXECUTABLE: {
    status: 409,
    kind: "user",
    title: "The script is not run this way",
    help: "A script of type `http` is run by a request to its `/run/…` address, which the detail names.",
  },
  EXECUTION_FINISHED: {
    status: 409,
    kind: "user",
    title: "The execution has ended",
    help: "Only an execution that is pending or running can be cancelled.",
  },
  IDEMPOTENCY_IN_PROGRESS: {
    status: 409,
    kind: "user",
    title: "The first request is still being answered",
    help: "Another request with this `Idempotency-Key` has not ended. Retry after the seconds in `Retry-After`.",
  },
  IDEMPOTENCY_ANSWER_NOT_KEPT: {
    status: 409,
    kind: "user",
    title: "The first answer is not kept",
    help: "The request with this `Idempotency-Key` was carried out, but its answer held a secret or was too large to keep. The detail names what it made.",
  },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    kind: "user",
    title: "The idempotency key belongs to another request",
    help: "This `Idempotency-Key` was sent with another method, path or body before. Use a new key for every new request.",
  },
  SCRIPT_TYPE_UNSUPPORTED: {
    status: 422,
    kind: "user",
    title: "The type of script is not supported",
    help: "This version of Skerry runs scripts of the types that the detail lists.",
  },
  SCRIPT_COMPILE: {
    status: 422,
    kind: "user",
    title: "The script does not compile",
    help: "`errors` lists each place with line, column and a code frame. Scripts are single modules: no imports and no top-level `await`.",
  },
  SCRIPT_TOO_COMPLEX: {
    status: 422,
    kind: "user",
    title: "The script is too complex to compile",
    help: "Compiling the source takes too long or makes too much code, which happens with extremely deep nesting. Split it up.",
  },
  CONCURRENCY_LIMIT: {
    status: 429,
    kind: "user",
    title: "Too much at the same time",
    help: "The limit that the detail names is used up on this node. Retry after the seconds in `Retry-After`, or raise it where it is a setting of the script.",
  },
  RESPONSE_INVALID: {
    status: 500,
    kind: "user",
    title: "The script's response is not valid",
    help: "An `http` script answered with a status, header or body that HTTP cannot carry. The execution has the detail.",
  },
  NODE_LOST: {
    status: 500,
    kind: "system",
    title: "The node stopped during the execution",
    help: "The server ended while the execution ran; what the script did until then is not undone. Run it again.",
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

/** A stable code of {@link SERVER_ERRORS}. */
export type ServerErrorCode = keyof typeof SERVER_ERRORS;

/** One place that an error is about. */
export interface ErrorDetail {
  /** Where in the input, e.g. `settings.limits.cpuMs`; empty for the input as a whole. */
  readonly path: string;
  readonly message: string;
  /** Counts from 1. */
  readonly line?: number;
  /** In characters, counts from 1. */
  readonly column?: number;
  /** The author's line with a mark under the place. */
  readonly frame?: string;
}

export interface SkerryErrorOptions extends ErrorOptions {
  readonly details?: readonly ErrorDetail[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** The one error class of the platform; its message is shown to the caller. */
export class SkerryError extends Error {
  override readonly name = "SkerryError";
  readonly code: ServerErrorCode;
  readonly kind: ErrorKind;
  readonly status: number;
  readonly details: readonly ErrorDetail[] | undefined;
  /** For the HTTP response, e.g. `Allow`. */
  readonly headers: Readonly<Record<string, string>> | undefined;

  constructor(code: ServerErrorCode, message: string, options: SkerryErrorOptions = {}) {
    super(message, options);
    const { kind, status } = SERVER_ERRORS[code];
    this.code = code;
    this.kind = kind;
    this.status = status;
    this.details = options.details;
    this.headers = options.headers;
  }
}
