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
    help: "Send an API key in the header `Authorization: Bearer KEY`, or sign in with `POST /api/v1/session`.",
  },
  KEY_INVALID: {
    status: 401,
    kind: "user",
    title: "The API key is not valid",
    help: "The API key is unknown, expired or revoked. Create another one with `POST /api/v1/api-keys`.",
  },
  SESSION_INVALID: {
    status: 401,
    kind: "user",
    title: "The session is not valid",
    help: "The session has expired or was ended: by signing out, or because the user was disabled or has another role or password. Sign in again.",
  },
  TOKEN_INVALID: {
    status: 401,
    kind: "user",
    title: "The token is not valid",
    help: "The token that the host signed cannot be accepted; the detail says why. The host has to sign another one.",
  },
  IDENTITY_INVALID: {
    status: 401,
    kind: "system",
    title: "The host cannot tell who asks",
    help: "The host's `identify` failed or answered something that is no identity. The server's log has the reason.",
  },
  SIGN_IN_FAILED: {
    status: 401,
    kind: "user",
    title: "The sign-in failed",
    help: "Tenant, e-mail address and password do not fit together, the user is disabled, or the link was used or is older than 15 minutes. Which of them it is, is not told.",
  },
  OIDC_FAILED: {
    status: 401,
    kind: "user",
    title: "The identity provider did not sign the user in",
    help: "The answer of the identity provider is refused, was asked for by another browser, or came later than 10 minutes. Begin again with `GET /api/v1/session/oidc/start`.",
  },
  OIDC_USER_UNKNOWN: {
    status: 403,
    kind: "user",
    title: "The identity provider's user is not known here",
    help: "The tenant has no active user with the e-mail address that the provider verified, or that user is linked with another account there. Ask an admin of the tenant.",
  },
  CROSS_ORIGIN: {
    status: 403,
    kind: "user",
    title: "Another site sent the request",
    help: "A browser that is signed in may change something only for pages of this origin. Programs send `Authorization: Bearer TOKEN` in place of the cookie.",
  },
  PERMISSION_DENIED: {
    status: 403,
    kind: "user",
    title: "Not permitted",
    help: "The API key or user lacks the permission that the detail names. Use one that has it.",
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
  USER_NOT_FOUND: {
    status: 404,
    kind: "user",
    title: "No such user",
    help: "The tenant, or for `/operators` the installation, has no user with this id.",
  },
  OIDC_NOT_CONFIGURED: {
    status: 404,
    kind: "user",
    title: "No identity provider",
    help: "This installation has no identity provider. The operator sets `SKERRY_OIDC_ISSUER`, `SKERRY_OIDC_CLIENT_ID` and `SKERRY_OIDC_CLIENT_SECRET`.",
  },
  SECRET_NOT_FOUND: {
    status: 404,
    kind: "user",
    title: "No such secret",
    help: "The tenant has no secret with this name. `PUT /api/v1/secrets/{name}` sets one.",
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
  DRAFT_NOT_FOUND: {
    status: 404,
    kind: "user",
    title: "No draft",
    help: "The script has no draft. `PUT /api/v1/scripts/{id}/draft` saves one.",
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
  USER_EXISTS: {
    status: 409,
    kind: "user",
    title: "The e-mail address is taken",
    help: "Another user of the tenant has this e-mail address; upper and lower case are the same.",
  },
  USER_DISABLED: {
    status: 409,
    kind: "user",
    title: "The user is disabled",
    help: 'A disabled user cannot sign in. Enable the user with `status: "active"` first.',
  },
  LAST_ADMIN: {
    status: 409,
    kind: "user",
    title: "The tenant would have no admin",
    help: "The user is the tenant's only active admin. Make another one first.",
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
    help: "`baseVersion` is not the script's latest version, or `draftRevision` is not its draft's. Read the script or the draft again and repeat the change upon it.",
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
    help: "The script is a draft. Publish it with `POST /api/v1/scripts/{id}/publish`.",
  },
  SCRIPT_DISABLED: {
    status: 409,
    kind: "user",
    title: "The script is disabled",
    help: 'A disabled or archived script does not run. Enable it with `PATCH /api/v1/scripts/{id}` and `status: "active"`; restore an archived one first, with `status: "disabled"`.',
  },
  SCRIPT_STATUS_CONFLICT: {
    status: 409,
    kind: "user",
    title: "The script's status does not allow it",
    help: "A script gets from its status to some others only, which the detail names, and an archived one does not change until it is restored.",
  },
  IMPORT_CONFLICT: {
    status: 409,
    kind: "user",
    title: "The import does not fit the tenant",
    help: "Scripts of the document cannot take the place of those of the same name; `errors` tells of each why. Nothing was changed. With `dryRun: true` an import tells beforehand.",
  },
  SCRIPT_NOT_EXECUTABLE: {
    status: 409,
    kind: "user",
    title: "The script is not run this way",
    help: "A script of type `http` is run by a request to its `/run/…` address, which the detail names.",
  },
  SCRIPT_NOT_CALLABLE: {
    status: 409,
    kind: "user",
    title: "The script is not called this way",
    help: "Only scripts of type `embedded` are called. Run others with `POST /api/v1/scripts/{id}/execute`.",
  },
  EXECUTION_FINISHED: {
    status: 409,
    kind: "user",
    title: "The execution has ended",
    help: "Only an execution that is pending or running can be cancelled.",
  },
  SECRET_LIMIT: {
    status: 409,
    kind: "user",
    title: "Too many secrets",
    help: "The tenant has 100 secrets, or 256 KiB of values together, and more are not possible. Delete one that is not used.",
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
  CALL_INPUT_INVALID: {
    status: 422,
    kind: "user",
    title: "The input does not fit the script",
    help: "The input breaks the schema in the script's setting `inputSchema`. `errors` lists each place with its path.",
  },
  EXPORT_LIMIT: {
    status: 422,
    kind: "user",
    title: "The tenant is too large for one document",
    help: "An export has at most 2,000 scripts and 16 MiB. Leave the history out, or read the scripts one by one.",
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
  PLAN_UNKNOWN: {
    status: 422,
    kind: "user",
    title: "No such plan",
    help: "The host defines no plan with this name. `GET /api/v1/plans` lists those there are.",
  },
  CONCURRENCY_LIMIT: {
    status: 429,
    kind: "user",
    title: "Too much at the same time",
    help: "The limit that the detail names is used up. Retry after the seconds in `Retry-After`, or raise it where it is a setting of the script. Where it is the tenant's, `quota` has the numbers.",
  },
  QUOTA_EXCEEDED: {
    status: 429,
    kind: "user",
    title: "A quota is used up",
    help: "The tenant used what its plan gives; `quota` names which quota, its limit, what is used and when it begins anew. Retry after the seconds in `Retry-After`, or have the operator raise it. `GET /api/v1/limits` lists all quotas.",
  },
  SIGN_IN_THROTTLED: {
    status: 429,
    kind: "user",
    title: "Too many attempts to sign in",
    help: "Too many attempts failed for this account or from this address. Retry after the seconds in `Retry-After`.",
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
  CALL_FAILED: {
    status: 502,
    kind: "user",
    title: "The script gave no answer",
    help: "The script that was called failed. `error` has its own code and message, and the execution has the stack.",
  },
  CALL_OUTPUT_INVALID: {
    status: 502,
    kind: "user",
    title: "The script's output does not fit",
    help: "The output breaks the schema in the script's setting `outputSchema`. `errors` lists each place with its path.",
  },
  CAPACITY: {
    status: 503,
    kind: "system",
    title: "No runner is free",
    help: "All runners are busy. Retry after the seconds in `Retry-After`, or raise `SKERRY_RUNNERS_MAX`.",
  },
  OIDC_UNAVAILABLE: {
    status: 503,
    kind: "system",
    title: "The identity provider does not answer",
    help: "The identity provider cannot be reached or its configuration cannot be used; the server's log has the reason. Retry later.",
  },
  TOKEN_KEYS_UNAVAILABLE: {
    status: 503,
    kind: "system",
    title: "The keys of tokens cannot be had",
    help: "The address in `SKERRY_TOKEN_KEYS` does not answer with a key set; the server's log has the reason. Retry later.",
  },
  SHUTTING_DOWN: {
    status: 503,
    kind: "system",
    title: "The server is shutting down",
    help: "This node takes no new work. Retry; another node or the restarted one will answer.",
  },
  SECRET_KEY_MISSING: {
    status: 503,
    kind: "system",
    title: "The secret cannot be decrypted",
    help: "The secret was encrypted under a master key that is not in `SKERRY_MASTER_KEY`, or under another one of that id. The operator adds the key, or the secret has to be set anew.",
  },
  STORAGE_UNAVAILABLE: {
    status: 503,
    kind: "system",
    title: "The database cannot be reached",
    help: "PostgreSQL does not answer. Nothing was changed. Retry after the seconds in `Retry-After`.",
  },
  CALL_TIMEOUT: {
    status: 504,
    kind: "user",
    title: "The script gave no answer in time",
    help: "The script that was called took longer than the caller's deadline or its own limits, and was stopped.",
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

/** Why a script that was called did not answer, in the words of its execution. */
export interface ScriptFailure {
  readonly code: string;
  readonly message: string;
}

/** A tenant's quota that was used up when more was asked for. */
export interface RefusedQuota {
  /** Its name, as in `GET /limits`. */
  readonly kind: string;
  readonly limit: number;
  readonly used: number;
  /** RFC 3339; null where it does not begin anew. */
  readonly resetsAt: string | null;
}

export interface SkerryErrorOptions extends ErrorOptions {
  readonly details?: readonly ErrorDetail[];
  readonly headers?: Readonly<Record<string, string>>;
  /** The execution that the error is about. */
  readonly executionId?: string;
  readonly failure?: ScriptFailure;
  readonly quota?: RefusedQuota;
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
  readonly executionId: string | undefined;
  readonly failure: ScriptFailure | undefined;
  readonly quota: RefusedQuota | undefined;

  constructor(code: ServerErrorCode, message: string, options: SkerryErrorOptions = {}) {
    super(message, options);
    const { kind, status } = SERVER_ERRORS[code];
    this.code = code;
    this.kind = kind;
    this.status = status;
    this.details = options.details;
    this.headers = options.headers;
    this.executionId = options.executionId;
    this.failure = options.failure;
    this.quota = options.quota;
  }
}
