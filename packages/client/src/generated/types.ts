// Generated from openapi.json: npm run check -- --only=openapi --write

import type { List } from "../list.ts";
import type { RequestOptions } from "../transport.ts";

/** Any JSON value. */
export type JsonValue =
  null | boolean | number | string | readonly JsonValue[] | { readonly [name: string]: JsonValue };

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  /** The readable beginning of the key. */
  readonly prefix: string;
  readonly scopes: readonly (
    | "scripts.read"
    | "scripts.create"
    | "scripts.update"
    | "scripts.delete"
    | "scripts.execute"
    | "executions.read"
    | "secrets.read"
    | "secrets.update"
    | "secrets.delete"
    | "events.read"
    | "events.publish"
    | "events.replay"
    | "audit.read"
    | "usage.read"
    | "tenant.admin"
  )[];
  readonly createdAt: string;
  readonly expiresAt: string | null;
  /** To about half a minute. */
  readonly lastUsedAt: string | null;
}

export interface AuditHead {
  /** 0 while nothing is recorded. */
  readonly seq: number;
  /** Zeros while nothing is recorded. */
  readonly hash: string;
}

export interface AuditRecord {
  /** Counts from 1 within the tenant, or within the installation, without gaps. */
  readonly seq: number;
  readonly at: string;
  /** Who did it: the kind of principal and its id, such as `key:0198…`. */
  readonly actor: string;
  /** What happened, such as `script.published`. */
  readonly action: string;
  readonly target: {
    readonly type: string;
    readonly id: string;
    readonly name: string | null;
  };
  /** What mattered of the target before. */
  readonly before: JsonValue;
  /** What mattered of it afterwards. */
  readonly after: JsonValue;
  /** IP address that the request came from. */
  readonly address: string | null;
  readonly requestId: string | null;
  /** Hash of the record before; zeros for the first. */
  readonly previousHash: string;
  readonly hash: string;
}

export interface CallAnswer {
  readonly output: JsonValue;
  /** The execution, which is listed soon after. */
  readonly executionId: string;
}

export interface DeadLetter {
  readonly id: string;
  readonly eventId: string;
  /** Of the event. */
  readonly type: string;
  readonly scriptId: string;
  /** Of the script as it is called now, or was when it was deleted. */
  readonly scriptName: string;
  /** Oldest first. */
  readonly attempts: readonly {
    readonly executionId: string;
    readonly code: string;
    readonly message: string;
    readonly at: string;
  }[];
  readonly createdAt: string;
}

export interface DeadLetterDetail {
  readonly id: string;
  readonly eventId: string;
  /** Of the event. */
  readonly type: string;
  readonly scriptId: string;
  /** Of the script as it is called now, or was when it was deleted. */
  readonly scriptName: string;
  /** Oldest first. */
  readonly attempts: readonly {
    readonly executionId: string;
    readonly code: string;
    readonly message: string;
    readonly at: string;
  }[];
  readonly createdAt: string;
  readonly payload: JsonValue;
}

export interface Declarations {
  /** A file of declarations, to be read beside the library `es2024`. */
  readonly text: string;
}

/** Keeps its meaning for good. */
export type ErrorCode =
  | "BODY_INVALID"
  | "BODY_LIMIT"
  | "BODY_TYPE"
  | "INPUT_INVALID"
  | "ROUTE_NOT_FOUND"
  | "METHOD_NOT_ALLOWED"
  | "INTERNAL"
  | "CAPACITY"
  | "SHUTTING_DOWN"
  | "STORAGE_UNAVAILABLE"
  | "TENANT_REQUIRED"
  | "KEY_MISSING"
  | "KEY_INVALID"
  | "SESSION_INVALID"
  | "TOKEN_INVALID"
  | "IDENTITY_INVALID"
  | "SIGN_IN_FAILED"
  | "OIDC_FAILED"
  | "OIDC_USER_UNKNOWN"
  | "CROSS_ORIGIN"
  | "PERMISSION_DENIED"
  | "KEY_NOT_FOUND"
  | "OIDC_NOT_CONFIGURED"
  | "SIGN_IN_THROTTLED"
  | "OIDC_UNAVAILABLE"
  | "TOKEN_KEYS_UNAVAILABLE"
  | "USER_NOT_FOUND"
  | "USER_EXISTS"
  | "USER_DISABLED"
  | "LAST_ADMIN"
  | "TENANT_SUSPENDED"
  | "TENANT_NOT_FOUND"
  | "TENANT_EXISTS"
  | "PLAN_UNKNOWN"
  | "CONCURRENCY_LIMIT"
  | "QUOTA_EXCEEDED"
  | "SCRIPT_NOT_FOUND"
  | "VERSION_NOT_FOUND"
  | "DRAFT_NOT_FOUND"
  | "SCRIPT_NAME_TAKEN"
  | "VERSION_CONFLICT"
  | "SCRIPT_NOT_PUBLISHED"
  | "SCRIPT_DISABLED"
  | "SCRIPT_STATUS_CONFLICT"
  | "SCRIPT_NOT_EXECUTABLE"
  | "SCRIPT_NOT_CALLABLE"
  | "SCRIPT_COMPILE"
  | "SCRIPT_TOO_COMPLEX"
  | "MODULE_NOT_ALLOWED"
  | "MODULE_NOT_FOUND"
  | "MODULE_CYCLE"
  | "MODULE_LIMIT"
  | "IMPORT_CONFLICT"
  | "PUSH_CONFLICT"
  | "EXPORT_LIMIT"
  | "EXECUTION_NOT_FOUND"
  | "BATCH_NOT_FOUND"
  | "EXECUTION_FINISHED"
  | "NODE_LOST"
  | "CALL_INPUT_INVALID"
  | "CALL_DEPTH"
  | "CALL_FAILED"
  | "CALL_OUTPUT_INVALID"
  | "CALL_TIMEOUT"
  | "EXPRESSION_SYNTAX"
  | "EXPRESSION_UNSUPPORTED"
  | "EXPRESSION_FAILED"
  | "EXPRESSION_EXTENSION"
  | "EXPRESSION_RESULT"
  | "EXPRESSION_TIMEZONE"
  | "EXPRESSION_TIMEOUT"
  | "EXPRESSION_MEMORY"
  | "REQUEST_UNPROVEN"
  | "ENDPOINT_NOT_FOUND"
  | "ENDPOINT_CONFLICT"
  | "ENDPOINT_SECRET_UNUSABLE"
  | "RESPONSE_INVALID"
  | "EVENT_NOT_FOUND"
  | "DEAD_LETTER_NOT_FOUND"
  | "EVENT_FILTER_FAILED"
  | "EVENT_FILTERED"
  | "EVENT_DEPTH"
  | "SECRET_NOT_FOUND"
  | "SECRET_LIMIT"
  | "SECRET_KEY_MISSING"
  | "TABLE_NOT_FOUND"
  | "TABLE_NAME_TAKEN"
  | "TABLE_CHANGE_REFUSED"
  | "TABLE_LIMIT"
  | "TABLE_BUSY"
  | "TABLES_UNAVAILABLE"
  | "SERVICE_NOT_FOUND"
  | "IDEMPOTENCY_IN_PROGRESS"
  | "IDEMPOTENCY_ANSWER_NOT_KEPT"
  | "IDEMPOTENCY_KEY_REUSED";

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
  /** In UTF-16 code units of the text that is meant; `end` is exclusive. */
  readonly range?: {
    readonly start: number;
    readonly end: number;
  };
}

export interface Evaluated {
  /** As JSON writes it; null where there is no value. */
  readonly result: JsonValue;
}

export interface Event {
  readonly id: string;
  readonly type: string;
  /** How many events led to it, one handled by the script that published the next. */
  readonly depth: number;
  /** Who published it, e.g. `key:` or `script:` and an id. */
  readonly actor: string;
  /** Scripts whose patterns fit the type; null until it was handed out. */
  readonly matched: number | null;
  /** Those of them whose filters kept it away. */
  readonly filtered: number | null;
  readonly publishedAt: string;
}

export interface EventDelivery {
  readonly executionId: string;
  readonly scriptId: string;
  /** Counts from 1. */
  readonly attempt: number;
  readonly status: "pending" | "running" | "completed" | "failed" | "timeout" | "cancelled";
}

export interface EventDetail {
  readonly id: string;
  readonly type: string;
  /** How many events led to it, one handled by the script that published the next. */
  readonly depth: number;
  /** Who published it, e.g. `key:` or `script:` and an id. */
  readonly actor: string;
  /** Scripts whose patterns fit the type; null until it was handed out. */
  readonly matched: number | null;
  /** Those of them whose filters kept it away. */
  readonly filtered: number | null;
  readonly publishedAt: string;
  readonly payload: JsonValue;
  /** Whether it is still to be handed to the scripts that subscribe to it. */
  readonly isWaiting: boolean;
  /** The newest 200. */
  readonly deliveries: readonly EventDelivery[];
}

export interface EventInput {
  readonly type: string;
  readonly payload?: JsonValue;
  /** Default a new UUID. */
  readonly id?: string;
}

export interface Execution {
  readonly id: string;
  readonly scriptId: string;
  /** 0 for a draft. */
  readonly version: number;
  readonly trigger: "cron" | "http" | "event" | "manual" | "api" | "call";
  readonly status: "pending" | "running" | "completed" | "failed" | "timeout" | "cancelled";
  /** For a request to an endpoint its method and path, without headers and body. */
  readonly input: JsonValue;
  /** For a request to an endpoint the response's status. */
  readonly output: JsonValue;
  readonly error: ExecutionError | null;
  /** From when it might begin until a runner took it: its wait in the queue and for a runner. */
  readonly queuedMs: number | null;
  readonly durationMs: number | null;
  readonly cpuMs: number | null;
  readonly memoryPeakBytes: number | null;
  readonly capabilityCalls: number | null;
  /** Counts from 1. */
  readonly attempt: number;
  /** What the attempts of one queued execution have in common. */
  readonly jobId: string | null;
  /** When it may start, where that was asked for. */
  readonly startAfter: string | null;
  /** The last that it told of how far it is. */
  readonly progress: ExecutionProgress | null;
  /** The execution that this one repeats. */
  readonly replayOf: string | null;
  /** The execution that called this one. */
  readonly parentId: string | null;
  /** The event that it handles. */
  readonly eventId: string | null;
  /** The request that asked for it: its `X-Request-Id`, or one made up. */
  readonly requestId: string | null;
  /** Who asked for it, e.g. `key:` and an id. */
  readonly actor: string | null;
  /** The trace that it belongs to, where one is recorded: 32 hexadecimal digits. */
  readonly traceId: string | null;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly completedAt: string | null;
}

export interface ExecutionEnd {
  readonly status: "pending" | "running" | "completed" | "failed" | "timeout" | "cancelled";
}

export interface ExecutionError {
  readonly code: string;
  readonly message: string;
  readonly stack?: string;
}

export interface ExecutionLog {
  /** Counts from 0 within the execution. */
  readonly seq: number;
  readonly level: "debug" | "info" | "warn" | "error";
  readonly time: string;
  readonly message: string;
  readonly fields: JsonValue;
}

export interface ExecutionProgress {
  /** From 0 to 1. */
  readonly value: number;
  readonly message: string | null;
  readonly at: string;
}

export interface GrantedService {
  /** How scripts call it, below `ctx.services`; version 2 of `orders.refund` is `orders.v2.refund`. */
  readonly path: string;
  readonly name: string;
  readonly version: number;
  readonly summary: string | null;
  /** What a tenant's `grants` must hold; null where every tenant may call. */
  readonly permission: string | null;
  /** What to use instead; null where it is not deprecated. */
  readonly deprecated: string | null;
  /** JSON Schema of what scripts give. */
  readonly input: JsonValue;
  /** JSON Schema of what they get. */
  readonly output: JsonValue;
  /** The tenant's scripts that called it, the last first; 100 at most. */
  readonly scripts: readonly {
    readonly scriptId: string;
    readonly scriptName: string;
    readonly calls: number;
    readonly lastUsedAt: string;
  }[];
}

export interface HostService {
  /** How scripts call it, below `ctx.services`; version 2 of `orders.refund` is `orders.v2.refund`. */
  readonly path: string;
  readonly name: string;
  readonly version: number;
  readonly summary: string | null;
  /** What a tenant's `grants` must hold; null where every tenant may call. */
  readonly permission: string | null;
  /** What to use instead; null where it is not deprecated. */
  readonly deprecated: string | null;
  /** JSON Schema of what scripts give. */
  readonly input: JsonValue;
  /** JSON Schema of what they get. */
  readonly output: JsonValue;
  /** Per tenant. */
  readonly rateLimit: {
    readonly limit: number;
    readonly perSeconds: number;
  } | null;
  readonly timeoutMs: number;
  /** SHA-256 of both schemas. */
  readonly checksum: string;
  readonly uses: {
    readonly tenants: number;
    readonly scripts: number;
    readonly calls: number;
    /** Null where it was never called. */
    readonly lastUsedAt: string | null;
  };
}

export interface ImportResult {
  readonly dryRun: boolean;
  readonly created: readonly string[];
  readonly updated: readonly string[];
  readonly unchanged: readonly string[];
  readonly deleted: readonly string[];
  /** Why it cannot be done; of a dry run only, otherwise the import is refused. */
  readonly conflicts: readonly string[];
  /** Secrets of the document that the tenant has yet to be given. */
  readonly missingSecrets: readonly string[];
}

export interface LibraryModule {
  /** As imports write it. */
  readonly name: string;
  readonly script: string;
  readonly version: number;
  readonly checksum: string;
  readonly language: "js" | "ts";
  readonly description: string;
}

export interface ModuleList {
  readonly items: readonly LibraryModule[];
  /** For the next page; null on the last one. */
  readonly nextCursor: string | null;
  /** All, on every page. */
  readonly packages: readonly PackageModule[];
}

export interface PackageModule {
  /** As imports write it. */
  readonly name: string;
  readonly version: string;
  /** SHA-256 of its bundle, hexadecimal. */
  readonly checksum: string;
  /** What the host's lockfile says of it. */
  readonly integrity: string | null;
}

export interface Plan {
  readonly limits: {
    readonly cpuMs: {
      /** What scripts get that ask for nothing. */
      readonly default: number;
      /** The most that scripts may ask for. */
      readonly max: number;
    };
    readonly wallMs: {
      /** What scripts get that ask for nothing. */
      readonly default: number;
      /** The most that scripts may ask for. */
      readonly max: number;
    };
    readonly memoryMb: {
      /** What scripts get that ask for nothing. */
      readonly default: number;
      /** The most that scripts may ask for. */
      readonly max: number;
    };
    readonly capabilityCalls: {
      /** What scripts get that ask for nothing. */
      readonly default: number;
      /** The most that scripts may ask for. */
      readonly max: number;
    };
    readonly outputBytes: {
      /** What scripts get that ask for nothing. */
      readonly default: number;
      /** The most that scripts may ask for. */
      readonly max: number;
    };
    readonly logBytes: {
      /** What scripts get that ask for nothing. */
      readonly default: number;
      /** The most that scripts may ask for. */
      readonly max: number;
    };
  };
  readonly quotas: {
    readonly executionsPerMonth: number;
    readonly cpuSecondsPerMonth: number;
    readonly concurrentExecutions: number;
    readonly requestsPerMinute: number;
    readonly storedBytes: number;
    readonly logBytesPerMonth: number;
    readonly outboundCallsPerMonth: number;
    readonly serviceCallsPerMonth: number;
  };
  /** How long executions and their logs are kept. */
  readonly retentionDays: number;
  /** What scripts may call: `*`, `http`, `db.*`, `services.orders.*`. */
  readonly capabilities: readonly string[];
  /** The permissions for services of the host that scripts have: `orders.*`. */
  readonly grants: readonly string[];
  /** Where scripts may send requests. */
  readonly http: {
    /** The only hosts that may be reached; null for all public ones. */
    readonly allow: readonly string[] | null;
    /** Hosts that may not be reached; comes before `allow` and internal hosts. */
    readonly deny: readonly string[];
  };
  readonly name: string;
}

export interface PresentIdentity {
  readonly kind: "operator" | "key" | "user" | "token" | "host";
  /** Of the user or API key, or what the host calls its user. */
  readonly id: string | null;
  /** null for operators. */
  readonly tenant: string | null;
  readonly permissions: readonly (
    | "scripts.read"
    | "scripts.create"
    | "scripts.update"
    | "scripts.delete"
    | "scripts.execute"
    | "executions.read"
    | "secrets.read"
    | "secrets.update"
    | "secrets.delete"
    | "events.read"
    | "events.publish"
    | "events.replay"
    | "audit.read"
    | "usage.read"
    | "tenant.admin"
  )[];
  /** Of those who signed in. */
  readonly user: User | null;
}

/** Problem details (RFC 9457). */
export interface Problem {
  /** A URN of the code. */
  readonly type: string;
  /** What the code means. */
  readonly title: string;
  readonly status: number;
  readonly code: ErrorCode;
  /** What happened, and how to mend it. */
  readonly detail: string;
  /** Names this one occurrence, for the server's log. */
  readonly instance?: string;
  /** The execution that failed. */
  readonly executionId?: string;
  /** Why the script that was called did not answer. */
  readonly error?: ExecutionError;
  /** The tenant's quota that is used up. */
  readonly quota?: RefusedQuota;
  /** The places that the problem is about. */
  readonly errors?: readonly ErrorDetail[];
}

export interface PublishedEvents {
  readonly accepted: number;
  /** In the order of the request. */
  readonly ids: readonly string[];
}

export interface PulledTenant {
  readonly tenant: string;
  /** In the order of their names. */
  readonly scripts: readonly {
    readonly name: string;
    readonly type: "scheduled" | "http" | "event" | "oneoff" | "embedded" | "library";
    readonly status: "draft" | "active" | "paused" | "disabled" | "archived";
    readonly description: string;
    readonly tags: readonly string[];
    /** Opaque; another one after every change of what a push would overwrite: type, description, tags, and the published and the latest version. */
    readonly revision: string;
    /** The published one; null for a draft. */
    readonly version: number | null;
    readonly latestVersion: number;
    /** Of the latest version, or of the draft where there is none. */
    readonly author: string | null;
    readonly updatedAt: string;
    /** Of the published version, as in `GET /scripts/{script}/versions`; null for a draft. */
    readonly checksum: string | null;
    /** Of the published version; with `sources=true`, and absent for a draft. */
    readonly content?: {
      readonly language: "js" | "ts";
      readonly source: string;
      readonly settings: ScriptSettings;
    };
  }[];
}

export interface PushResult {
  readonly dryRun: boolean;
  /** In the order of the request, deletions last. */
  readonly scripts: readonly {
    readonly name: string;
    readonly change: "created" | "updated" | "unchanged" | "deleted";
    /** What is published now; null for what is deleted. */
    readonly version: number | null;
    /** For the next push; null for what is deleted, and of a dry run. */
    readonly revision: string | null;
  }[];
}

export interface Quota {
  readonly limit: number;
  readonly used: number;
  /** Never below 0, also where more was used. */
  readonly remaining: number;
  /** When it begins anew; null where it does not. */
  readonly resetsAt: string | null;
}

export interface RefusedQuota {
  /** Its name, as in `GET /limits`. */
  readonly kind: string;
  readonly limit: number;
  readonly used: number;
  /** Null where it does not begin anew. */
  readonly resetsAt: string | null;
}

export interface ReplayedDeadLetter {
  readonly executionId: string;
}

export interface ReplayedDeadLetters {
  /** At most 200; the oldest go first. */
  readonly replayed: number;
  /** Whether there are more that fit: ask again. */
  readonly hasMore: boolean;
}

export interface Republication {
  readonly items: readonly {
    readonly script: string;
    /** The new one; null where it was not published. */
    readonly version: number | null;
    readonly error: {
      readonly code: string;
      readonly message: string;
    } | null;
  }[];
  /** Whether there are others; ask again. */
  readonly more: boolean;
}

export interface Schedule {
  readonly scriptId: string;
  readonly scriptName: string;
  /** Only an active script is run by its schedule. */
  readonly scriptStatus: "draft" | "active" | "paused" | "disabled" | "archived";
  readonly cron: string;
  readonly timezone: string;
  readonly overlap: "skip" | "queue" | "allow";
  readonly misfire: "skip" | "once" | "all";
  readonly jitterMs: number;
  /** How long after each of its ticks this script runs, by its jitter. */
  readonly offsetMs: number;
  /** The next five ticks; none unless the script is active. */
  readonly nextRuns: readonly string[];
  /** Null where nothing ran, or it is gone from the history. */
  readonly lastRun: ScheduleRun | null;
  /** Ticks that were left out because the one before still ran. */
  readonly skippedTicks: number;
  /** When it was last found that ticks were missed, and not all of them were run. */
  readonly lastMisfireAt: string | null;
}

export interface SchedulePreview {
  /** The next ticks from now on. */
  readonly runs: readonly string[];
}

export interface ScheduleRun {
  /** Of the latest attempt. */
  readonly executionId: string;
  readonly status: "pending" | "running" | "completed" | "failed" | "timeout" | "cancelled";
  readonly scheduledAt: string;
}

export interface Script {
  readonly id: string;
  readonly name: string;
  readonly type: "scheduled" | "http" | "event" | "oneoff" | "embedded" | "library";
  readonly status: "draft" | "active" | "paused" | "disabled" | "archived";
  readonly description: string;
  readonly tags: readonly string[];
  /** The published version; null for a draft. */
  readonly activeVersion: number | null;
  readonly latestVersion: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface ScriptDetail {
  readonly id: string;
  readonly name: string;
  readonly type: "scheduled" | "http" | "event" | "oneoff" | "embedded" | "library";
  readonly status: "draft" | "active" | "paused" | "disabled" | "archived";
  readonly description: string;
  readonly tags: readonly string[];
  /** The published version; null for a draft. */
  readonly activeVersion: number | null;
  readonly latestVersion: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Whose source and settings they are; 0 for the draft. */
  readonly version: number;
  readonly language: "js" | "ts";
  readonly source: string;
  readonly settings: ScriptSettings;
  /** What the published version was compiled with; none for a draft. */
  readonly modules: readonly UsedModule[];
  /** Of the draft; 0 where there is none. */
  readonly draftRevision: number;
  /** Where an `http` script answers; absent for others. */
  readonly url?: string;
}

export interface ScriptDiff {
  readonly from: number | "draft";
  readonly to: number | "draft";
  /** Unified diff with three lines of context, as `git apply` takes it; empty for equal sources. */
  readonly source: string;
  /** The settings and the language where they differ. */
  readonly changes: readonly {
    /** E.g. `settings.limits.cpuMs` or `language`. */
    readonly path: string;
    readonly from?: JsonValue;
    readonly to?: JsonValue;
  }[];
}

export interface ScriptDraft {
  readonly language: "js" | "ts";
  readonly source: string;
  readonly settings: ScriptSettings;
  /** The latest version when it was begun or last rebased; 0 for none. */
  readonly baseVersion: number;
  /** Counts the saves from 1. */
  readonly revision: number;
  readonly author: string;
  readonly updatedAt: string;
}

export interface ScriptSettings {
  readonly cron?: string;
  /** Default UTC. */
  readonly timezone?: string;
  /** What becomes of a run that is due while the one before still runs. Default skip. */
  readonly overlap?: "skip" | "queue" | "allow";
  /** What becomes of runs that were due while nothing could run. Default once. */
  readonly misfire?: "skip" | "once" | "all";
  /** Runs start up to this much later, each script always by the same time. Default 0. */
  readonly jitterMs?: number;
  readonly retry?: {
    /** Executions at most, the first among them. */
    readonly attempts: number;
    /** Before the second attempt; doubles for each one after. */
    readonly backoffMs?: number;
    /** What the doubling ends at. */
    readonly maxBackoffMs?: number;
  };
  readonly concurrency?: {
    readonly limit: number;
    /** The limit holds for each value at this place of the payload by itself. */
    readonly key?: string;
    /** Whether events wait for those before them that are to be tried again; only with a limit of 1. */
    readonly ordered?: boolean;
  };
  readonly limits?: {
    readonly cpuMs?: number;
    readonly wallMs?: number;
    readonly memoryMb?: number;
    readonly capabilityCalls?: number;
    readonly outputBytes?: number;
    readonly logBytes?: number;
    readonly concurrentRuns?: number;
  };
  readonly onFailure?: {
    readonly webhook?: {
      readonly url: string;
      /** Name of the secret that signs. Without it nothing is signed. */
      readonly secret?: string;
    };
    readonly email?: readonly string[];
    /** Webhook and e-mail each tell of one failure in this time. Default 300000. */
    readonly throttleMs?: number;
  };
  readonly path?: string;
  readonly methods?: readonly ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS")[];
  /** What a request has to prove before the script runs. Default none. */
  readonly auth?:
    | {
        readonly type: "none";
      }
    | {
        readonly type: "apiKey";
      }
    | {
        readonly type: "jwt";
        /** A text of at least 32 bytes for HS256; or a public key as PEM, JSON Web Key or key set. */
        readonly secret?: string;
        /** Where a JSON Web Key Set with public keys is, in place of the secret. */
        readonly jwksUrl?: string;
        /** What the claim `iss` has to be. */
        readonly issuer?: string;
        /** What the claim `aud` has to hold. */
        readonly audience?: string;
      }
    | {
        readonly type: "hmac";
        /** Who signs; generic is Standard Webhooks (https://www.standardwebhooks.com). */
        readonly scheme: "generic" | "stripe" | "github" | "slack";
        readonly secret: string;
        /** How old a signature may be. Default 300. GitHub signs no time. */
        readonly toleranceSeconds?: number;
      };
  /** Pages of which other origins may read the answers. Default none. */
  readonly cors?: {
    readonly origins: readonly string[];
    /** Default those of the script. */
    readonly methods?: readonly ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS")[];
    /** Default whatever is asked for. */
    readonly headers?: readonly string[];
    readonly exposedHeaders?: readonly string[];
    readonly credentials?: boolean;
    /** Default 5, as browsers have it. */
    readonly maxAgeSeconds?: number;
  };
  /** Largest body of a request. Default, and in any case at most, what the installation takes. */
  readonly bodyBytes?: number;
  /** Whether callers are told message and stack of errors. Default false. */
  readonly exposeErrors?: boolean;
  /** Whether each execution gets a context of its own instead of one that ran before. */
  readonly freshContext?: boolean;
  readonly events?: readonly string[];
  /** An expression: events for which it is not true are left out. */
  readonly filter?: string;
  readonly inputSchema?: { readonly [name: string]: JsonValue };
  readonly outputSchema?: { readonly [name: string]: JsonValue };
}

export interface ScriptVersion {
  readonly version: number;
  readonly language: "js" | "ts";
  readonly settings: ScriptSettings;
  /** SHA-256 of the JSON object of language, settings and source, serialised by RFC 8785; hexadecimal. */
  readonly checksum: string;
  readonly note: string;
  readonly author: string;
  readonly createdAt: string;
}

export interface ScriptVersionDetail {
  readonly version: number;
  readonly language: "js" | "ts";
  readonly settings: ScriptSettings;
  /** SHA-256 of the JSON object of language, settings and source, serialised by RFC 8785; hexadecimal. */
  readonly checksum: string;
  readonly note: string;
  readonly author: string;
  readonly createdAt: string;
  readonly source: string;
  readonly modules: readonly UsedModule[];
}

export interface Secret {
  readonly name: string;
  /** How often the value was set. */
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Who set the value: the kind of principal and its id. */
  readonly updatedBy: string;
}

export interface ServiceImpact {
  readonly items: readonly {
    readonly tenantId: string;
    readonly scriptId: string;
    readonly scriptName: string;
    readonly status: "draft" | "active" | "paused" | "disabled" | "archived";
    /** The published one. */
    readonly version: number;
    /** Null where it did not call the service in these days. */
    readonly calls: number | null;
    readonly lastUsedAt: string | null;
    /** Whether its source names the service, as `orders.refund`. */
    readonly isNamed: boolean;
  }[];
  /** For the next page; null on the last one. */
  readonly nextCursor: string | null;
  readonly service: string;
  /** When the schemas before were declared; null where there were none. */
  readonly comparedWith: string | null;
  /** Those that may break scripts. */
  readonly changes: readonly {
    readonly where: "input" | "output";
    /** `lines[].sku`; empty for the whole. */
    readonly path: string;
    readonly message: string;
  }[];
}

export interface SignInLink {
  /** For a browser. Relative to the server where it does not know its own address. */
  readonly url: string;
  /** For the field `link` of POST /session. */
  readonly link: string;
  readonly expiresAt: string;
}

export interface StartedSession {
  /** For programs: Authorization: Bearer TOKEN. Browsers have it as a cookie. */
  readonly token: string;
  /** Without use; every use moves it on, up to seven days after the sign-in. */
  readonly expiresAt: string;
  readonly tenant: string | null;
  readonly user: User;
}

export interface Table {
  readonly name: string;
  readonly columns: readonly {
    readonly name: string;
    readonly type:
      | "text"
      | "integer"
      | "bigint"
      | "numeric"
      | "double"
      | "boolean"
      | "date"
      | "timestamp"
      | "uuid"
      | "json"
      | "bytes";
    /** Whether a row may have no value in it. */
    readonly nullable: boolean;
    /** The value, as text where JSON has none such, or the current time or a random UUID. */
    readonly default?:
      | string
      | number
      | boolean
      | {
          readonly function: "now" | "uuid";
        };
  }[];
  readonly primaryKey: readonly string[];
  /** Columns that no two rows have the same in. */
  readonly unique: readonly (readonly string[])[];
  /** Columns by which rows are looked for. */
  readonly indexes: readonly (readonly string[])[];
  /** Of its rows as text; they count towards the quota `storedBytes`. */
  readonly bytes: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface Tenant {
  readonly id: string;
  readonly name: string;
  readonly status: "active" | "suspended";
  readonly plan: string;
  /** Limits that the tenant has instead of its plan's. */
  readonly limits: {
    readonly cpuMs?: {
      readonly default?: number;
      readonly max?: number;
    };
    readonly wallMs?: {
      readonly default?: number;
      readonly max?: number;
    };
    readonly memoryMb?: {
      readonly default?: number;
      readonly max?: number;
    };
    readonly capabilityCalls?: {
      readonly default?: number;
      readonly max?: number;
    };
    readonly outputBytes?: {
      readonly default?: number;
      readonly max?: number;
    };
    readonly logBytes?: {
      readonly default?: number;
      readonly max?: number;
    };
  };
  /** Quotas that the tenant has instead of its plan's. */
  readonly quotas: {
    readonly executionsPerMonth?: number;
    readonly cpuSecondsPerMonth?: number;
    readonly concurrentExecutions?: number;
    readonly requestsPerMinute?: number;
    readonly storedBytes?: number;
    readonly logBytesPerMonth?: number;
    readonly outboundCallsPerMonth?: number;
    readonly serviceCallsPerMonth?: number;
  };
  /** Null where the plan's holds. */
  readonly retentionDays: number | null;
  /** Null where the plan's hold. */
  readonly capabilities: readonly string[] | null;
  /** Null where the plan's hold. */
  readonly grants: readonly string[] | null;
  /** Null where the plan's hold. */
  readonly http: {
    /** The only hosts that may be reached; null for all public ones. */
    readonly allow?: readonly string[] | null;
    /** Hosts that may not be reached; comes before `allow` and internal hosts. */
    readonly deny?: readonly string[];
  } | null;
  readonly createdAt: string;
}

export interface TenantDocument {
  readonly format: 1;
  readonly exportedAt: string;
  readonly tenant: {
    readonly id: string;
    readonly name: string;
  };
  /** In the order of their names. */
  readonly scripts: readonly {
    readonly name: string;
    readonly type: "scheduled" | "http" | "event" | "oneoff" | "embedded" | "library";
    readonly status: "draft" | "active" | "paused" | "disabled" | "archived";
    readonly description: string;
    readonly tags: readonly string[];
    /** Whether the content is the published version's; else it is the draft's. */
    readonly published: boolean;
    readonly language: "js" | "ts";
    readonly source: string;
    readonly settings: ScriptSettings;
    /** Beside what is published. */
    readonly draft?: {
      readonly language: "js" | "ts";
      readonly source: string;
      readonly settings: ScriptSettings;
    };
    readonly activeVersion?: number;
    /** All, from the first; with `history=true`. */
    readonly versions?: readonly {
      readonly language: "js" | "ts";
      readonly source: string;
      readonly settings: ScriptSettings;
      readonly note: string;
    }[];
  }[];
  readonly secrets: readonly string[];
}

export interface TenantLimits {
  readonly plan: string;
  readonly limits: {
    readonly cpuMs: {
      /** What scripts get that ask for nothing. */
      readonly default: number;
      /** The most that scripts may ask for. */
      readonly max: number;
    };
    readonly wallMs: {
      /** What scripts get that ask for nothing. */
      readonly default: number;
      /** The most that scripts may ask for. */
      readonly max: number;
    };
    readonly memoryMb: {
      /** What scripts get that ask for nothing. */
      readonly default: number;
      /** The most that scripts may ask for. */
      readonly max: number;
    };
    readonly capabilityCalls: {
      /** What scripts get that ask for nothing. */
      readonly default: number;
      /** The most that scripts may ask for. */
      readonly max: number;
    };
    readonly outputBytes: {
      /** What scripts get that ask for nothing. */
      readonly default: number;
      /** The most that scripts may ask for. */
      readonly max: number;
    };
    readonly logBytes: {
      /** What scripts get that ask for nothing. */
      readonly default: number;
      /** The most that scripts may ask for. */
      readonly max: number;
    };
  };
  /** How long executions and their logs are kept. */
  readonly retentionDays: number;
  readonly quotas: {
    readonly executionsPerMonth: Quota;
    readonly cpuSecondsPerMonth: Quota;
    readonly concurrentExecutions: Quota;
    readonly requestsPerMinute: Quota;
    readonly storedBytes: Quota;
    readonly logBytesPerMonth: Quota;
    readonly outboundCallsPerMonth: Quota;
    readonly serviceCallsPerMonth: Quota;
  };
}

export interface Usage {
  readonly from: string;
  readonly to: string;
  readonly items: readonly UsageDay[];
}

export interface UsageDay {
  readonly day: string;
  readonly executions: number;
  readonly cpuSeconds: number;
  readonly requests: number;
  readonly logBytes: number;
  readonly outboundCalls: number;
  readonly serviceCalls: number;
}

export interface UsedModule {
  /** As imports write it. */
  readonly name: string;
  /** The number of a library's version, or the package's own. */
  readonly version: string;
  /** SHA-256, hexadecimal: of a library's version, or of a package's bundle. */
  readonly checksum: string;
  /** What the host's lockfile said of a package, as Subresource Integrity. */
  readonly integrity: string | null;
  /** Whether publishing anew would take another one, or find none. */
  readonly outdated: boolean;
}

export interface User {
  readonly id: string;
  /** In lower case. */
  readonly email: string;
  readonly name: string;
  readonly role: "superadmin" | "admin" | "developer" | "viewer";
  /** A disabled user cannot sign in. */
  readonly status: "active" | "disabled";
  readonly hasPassword: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly lastSignInAt: string | null;
}

/** What `tenants.list` asks for. */
export interface TenantsListQuery {
  readonly limit?: number;
  readonly cursor?: string;
}

/** What `tenants.create` takes. */
export interface TenantsCreateInput {
  readonly id?: string;
  readonly name: string;
  readonly plan?: string;
}

/** What `tenants.create` gives. */
export interface TenantsCreateAnswer {
  readonly tenant: Tenant;
  readonly apiKey: string;
}

/** What `tenants.update` takes. */
export interface TenantsUpdateInput {
  readonly name?: string;
  readonly plan?: string;
  readonly status?: "active" | "suspended";
  readonly limits?: {
    readonly cpuMs?: {
      readonly default?: number | null;
      readonly max?: number | null;
    } | null;
    readonly wallMs?: {
      readonly default?: number | null;
      readonly max?: number | null;
    } | null;
    readonly memoryMb?: {
      readonly default?: number | null;
      readonly max?: number | null;
    } | null;
    readonly capabilityCalls?: {
      readonly default?: number | null;
      readonly max?: number | null;
    } | null;
    readonly outputBytes?: {
      readonly default?: number | null;
      readonly max?: number | null;
    } | null;
    readonly logBytes?: {
      readonly default?: number | null;
      readonly max?: number | null;
    } | null;
  } | null;
  readonly quotas?: {
    readonly executionsPerMonth?: number | null;
    readonly cpuSecondsPerMonth?: number | null;
    readonly concurrentExecutions?: number | null;
    readonly requestsPerMinute?: number | null;
    readonly storedBytes?: number | null;
    readonly logBytesPerMonth?: number | null;
    readonly outboundCallsPerMonth?: number | null;
    readonly serviceCallsPerMonth?: number | null;
  } | null;
  readonly retentionDays?: number | null;
  readonly capabilities?: readonly string[] | null;
  readonly grants?: readonly string[] | null;
  readonly http?: {
    /** The only hosts that may be reached; null for all public ones. */
    readonly allow?: readonly string[] | null;
    /** Hosts that may not be reached; comes before `allow` and internal hosts. */
    readonly deny?: readonly string[];
  } | null;
}

/** What `plans.list` gives. */
export interface PlansListAnswer {
  readonly items: readonly Plan[];
}

/** What `apiKeys.list` asks for. */
export interface ApiKeysListQuery {
  readonly limit?: number;
  readonly cursor?: string;
}

/** What `apiKeys.create` takes. */
export interface ApiKeysCreateInput {
  readonly name: string;
  readonly scopes?: readonly (
    | "scripts.read"
    | "scripts.create"
    | "scripts.update"
    | "scripts.delete"
    | "scripts.execute"
    | "executions.read"
    | "secrets.read"
    | "secrets.update"
    | "secrets.delete"
    | "events.read"
    | "events.publish"
    | "events.replay"
    | "audit.read"
    | "usage.read"
    | "tenant.admin"
  )[];
  readonly expiresAt?: string;
}

/** What `apiKeys.create` gives. */
export interface ApiKeysCreateAnswer {
  readonly apiKey: ApiKey;
  readonly key: string;
}

/** What `users.list` asks for. */
export interface UsersListQuery {
  readonly limit?: number;
  readonly cursor?: string;
  readonly email?: string;
}

/** What `users.create` takes. */
export interface UsersCreateInput {
  readonly email: string;
  /** Default what stands before the @ of the e-mail address. */
  readonly name?: string;
  readonly password?: string;
  readonly role: "admin" | "developer" | "viewer";
}

/** What `users.update` takes. */
export interface UsersUpdateInput {
  readonly name?: string;
  readonly status?: "active" | "disabled";
  /** null removes it. */
  readonly password?: string | null;
  readonly role?: "admin" | "developer" | "viewer";
}

/** What `operators.list` asks for. */
export interface OperatorsListQuery {
  readonly limit?: number;
  readonly cursor?: string;
  readonly email?: string;
}

/** What `operators.create` takes. */
export interface OperatorsCreateInput {
  readonly email: string;
  /** Default what stands before the @ of the e-mail address. */
  readonly name?: string;
  readonly password?: string;
}

/** What `operators.update` takes. */
export interface OperatorsUpdateInput {
  readonly name?: string;
  readonly status?: "active" | "disabled";
  /** null removes it. */
  readonly password?: string | null;
}

/** What `session.start` takes. */
export type SessionStartInput =
  | {
      /** Left out by superadmins. */
      readonly tenant?: string;
      readonly email: string;
      readonly password: string;
    }
  | {
      readonly link: string;
    };

/** What `scripts.list` asks for. */
export interface ScriptsListQuery {
  readonly limit?: number;
  readonly cursor?: string;
  readonly type?: "scheduled" | "http" | "event" | "oneoff" | "embedded" | "library";
  readonly status?: "draft" | "active" | "paused" | "disabled" | "archived";
  readonly tag?: string;
  /** How the name begins; upper and lower case are the same. */
  readonly search?: string;
}

/** What `scripts.create` takes. */
export interface ScriptsCreateInput {
  readonly name: string;
  /** May be left out where the `config` of the source has it. */
  readonly type?: "scheduled" | "http" | "event" | "oneoff" | "embedded" | "library";
  readonly source: string;
  readonly language?: "js" | "ts";
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly status?: "draft" | "active";
  readonly settings?: object;
  readonly note?: string;
}

/** What `scripts.update` takes. */
export interface ScriptsUpdateInput {
  readonly name?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly status?: "draft" | "active" | "paused" | "disabled" | "archived";
  readonly source?: string;
  readonly language?: "js" | "ts";
  readonly settings?: object;
  readonly note?: string;
  readonly publish?: boolean;
  readonly baseVersion?: number;
  readonly draftRevision?: number;
}

/** What `scripts.versions` asks for. */
export interface ScriptsVersionsQuery {
  readonly limit?: number;
  readonly cursor?: string;
}

/** What `scripts.saveDraft` takes. */
export interface ScriptsSaveDraftInput {
  readonly source: string;
  readonly language?: "js" | "ts";
  readonly settings?: object;
  readonly baseVersion?: number;
  readonly draftRevision?: number;
}

/** What `scripts.publish` takes. */
export interface ScriptsPublishInput {
  readonly version?: number;
  readonly draft?: true;
  readonly note?: string;
  readonly baseVersion?: number;
  readonly draftRevision?: number;
}

/** What `modules.list` asks for. */
export interface ModulesListQuery {
  readonly limit?: number;
  readonly cursor?: string;
}

/** What `transfer.export` asks for. */
export interface TransferExportQuery {
  /** Whether all versions come along. */
  readonly history?: boolean;
}

/** What `transfer.import` takes. */
export interface TransferImportInput {
  readonly document: {
    readonly format: 1;
    readonly exportedAt?: string;
    readonly tenant?: {
      readonly id: string;
      readonly name: string;
    };
    readonly scripts: readonly {
      readonly name: string;
      readonly type: "scheduled" | "http" | "event" | "oneoff" | "embedded" | "library";
      readonly status: "draft" | "active" | "paused" | "disabled" | "archived";
      readonly description: string;
      readonly tags: readonly string[];
      /** Whether the content is the published version's; else it is the draft's. */
      readonly published: boolean;
      readonly language: "js" | "ts";
      readonly source: string;
      readonly settings?: object;
      readonly draft?: {
        readonly language: "js" | "ts";
        readonly source: string;
        readonly settings?: object;
      };
      readonly activeVersion?: number;
      readonly versions?: readonly {
        readonly language: "js" | "ts";
        readonly source: string;
        readonly settings?: object;
        readonly note: string;
      }[];
    }[];
    readonly secrets?: readonly string[];
  };
  readonly mode?: "merge" | "replace";
  readonly dryRun?: boolean;
}

/** What `transfer.pull` asks for. */
export interface TransferPullQuery {
  /** Whether sources and settings come along. */
  readonly sources?: boolean;
}

/** What `transfer.push` takes. */
export interface TransferPushInput {
  readonly scripts: readonly {
    readonly name: string;
    readonly type: "scheduled" | "http" | "event" | "oneoff" | "embedded" | "library";
    readonly language: "js" | "ts";
    readonly source: string;
    readonly settings?: object;
    readonly description?: string;
    readonly tags?: readonly string[];
    /** The revision that this builds upon; null for a script that is not there yet. */
    readonly baseRevision: string | null;
  }[];
  readonly deletions?: readonly {
    readonly name: string;
    /** The revision that this builds upon; null for a script that is not there yet. */
    readonly baseRevision: string | null;
  }[];
  readonly note?: string;
  /** Whether all is checked and compiled, and nothing kept. */
  readonly dryRun?: boolean;
}

/** What `schedules.list` asks for. */
export interface SchedulesListQuery {
  readonly limit?: number;
  readonly cursor?: string;
}

/** What `schedules.preview` takes. */
export interface SchedulesPreviewInput {
  readonly cron: string;
  readonly timezone?: string;
  readonly count?: number;
}

/** What `scripts.execute` takes. */
export interface ScriptsExecuteInput {
  readonly input?: unknown;
  readonly version?: number;
  readonly draft?: boolean;
  readonly wait?: boolean;
  /** When it starts, up to a year ahead; then nothing is waited for. */
  readonly at?: string;
  /** `manual` where a person asks for it. */
  readonly trigger?: "manual" | "api";
  readonly timeoutMs?: number;
}

/** What `executions.list` asks for. */
export interface ExecutionsListQuery {
  readonly limit?: number;
  readonly cursor?: string;
  readonly script?: string;
  readonly status?: "pending" | "running" | "completed" | "failed" | "timeout" | "cancelled";
  readonly trigger?: "cron" | "http" | "event" | "manual" | "api" | "call";
  readonly from?: string;
  readonly to?: string;
  readonly attempt?: number;
  readonly parent?: string;
  readonly job?: string;
  readonly eventId?: string;
  readonly requestId?: string;
}

/** What `executions.logs` asks for. */
export interface ExecutionsLogsQuery {
  readonly limit?: number;
  readonly cursor?: string;
}

/** What `executions.replay` takes. */
export interface ExecutionsReplayInput {
  readonly input?: unknown;
  readonly version?: number;
  readonly draft?: boolean;
  readonly wait?: boolean;
  /** When it starts, up to a year ahead; then nothing is waited for. */
  readonly at?: string;
  /** `manual` where a person asks for it. */
  readonly trigger?: "manual" | "api";
  readonly timeoutMs?: number;
}

/** What `scripts.call` takes. */
export interface ScriptsCallInput {
  readonly input?: unknown;
  /** How long the caller waits, for a runner too. Default: as long as the script may take. */
  readonly deadlineMs?: number;
}

/** What `expressions.evaluate` takes. */
export interface ExpressionsEvaluateInput {
  /** The code of one expression. One that begins with `{{` is read as a template. */
  readonly expression?: string;
  /** A text with `{{ }}` in it. */
  readonly template?: string;
  /** What can be read, by name, such as `$json`. */
  readonly data?: object;
  /** IANA name of the zone that dates without one are in. Default: the server's. */
  readonly timezone?: string;
}

/** What `events.publish` takes. */
export type EventsPublishInput = EventInput | readonly EventInput[];

/** What `events.list` asks for. */
export interface EventsListQuery {
  readonly limit?: number;
  readonly cursor?: string;
  readonly type?: string;
  readonly from?: string;
  readonly to?: string;
}

/** What `deadLetters.list` asks for. */
export interface DeadLettersListQuery {
  readonly limit?: number;
  readonly cursor?: string;
  /** Id or name. */
  readonly script?: string;
  readonly type?: string;
  readonly from?: string;
  readonly to?: string;
}

/** What `deadLetters.replay` takes. */
export interface DeadLettersReplayInput {
  readonly version?: number;
}

/** What `deadLetters.replayAll` takes. */
export interface DeadLettersReplayAllInput {
  readonly filter: {
    /** Id or name. */
    readonly script?: string;
    readonly type?: string;
    readonly from?: string;
    readonly to?: string;
  };
  /** Only with a script in the filter. */
  readonly version?: number;
}

/** What `audit.list` asks for. */
export interface AuditListQuery {
  readonly limit?: number;
  readonly cursor?: string;
  readonly action?: string;
  readonly actor?: string;
  readonly target?: string;
  readonly from?: string;
  readonly to?: string;
}

/** What `installation.listAudit` asks for. */
export interface InstallationListAuditQuery {
  readonly limit?: number;
  readonly cursor?: string;
  readonly action?: string;
  readonly actor?: string;
  readonly target?: string;
  readonly from?: string;
  readonly to?: string;
  /** Instead, the records of this tenant, which may be gone. */
  readonly tenant?: string;
}

/** What `installation.auditHead` asks for. */
export interface InstallationAuditHeadQuery {
  /** Instead, the records of this tenant, which may be gone. */
  readonly tenant?: string;
}

/** What `secrets.list` asks for. */
export interface SecretsListQuery {
  readonly limit?: number;
  readonly cursor?: string;
}

/** What `secrets.set` takes. */
export interface SecretsSetInput {
  readonly value: string;
}

/** What `tables.list` asks for. */
export interface TablesListQuery {
  readonly limit?: number;
  readonly cursor?: string;
}

/** What `tables.declare` takes. */
export interface TablesDeclareInput {
  readonly columns: readonly {
    readonly name: string;
    readonly type:
      | "text"
      | "integer"
      | "bigint"
      | "numeric"
      | "double"
      | "boolean"
      | "date"
      | "timestamp"
      | "uuid"
      | "json"
      | "bytes";
    /** Whether a row may have no value in it. */
    readonly nullable?: boolean;
    /** The value, as text where JSON has none such, or the current time or a random UUID. */
    readonly default?:
      | string
      | number
      | boolean
      | {
          readonly function: "now" | "uuid";
        };
  }[];
  readonly primaryKey: readonly string[];
  /** Columns that no two rows have the same in. */
  readonly unique?: readonly (readonly string[])[];
  /** Columns by which rows are looked for. */
  readonly indexes?: readonly (readonly string[])[];
  /** Columns of the table as it is that may be lost with what they hold. */
  readonly dropColumns?: readonly string[];
}

/** What `usage.list` asks for. */
export interface UsageListQuery {
  readonly from?: string;
  readonly to?: string;
}

/** What `services.list` gives. */
export interface ServicesListAnswer {
  readonly items: readonly HostService[];
}

/** What `services.listGranted` gives. */
export interface ServicesListGrantedAnswer {
  readonly items: readonly GrantedService[];
}

/** What `services.getImpact` asks for. */
export interface ServicesGetImpactQuery {
  readonly limit?: number;
  readonly cursor?: string;
  /** How long ago a script may have called it. */
  readonly days?: number;
}

export interface TenantsOperations {
  /**
   * Lists tenants in the order of their ids.
   * For operators.
   */
  list(query?: TenantsListQuery, options?: RequestOptions): List<Tenant>;
  /**
   * Makes a tenant and its first API key, whose text is in this answer only.
   * For operators.
   */
  create(input: TenantsCreateInput, options?: RequestOptions): Promise<TenantsCreateAnswer>;
  /**
   * Gives a tenant.
   * For operators.
   */
  get(tenant: string | number, options?: RequestOptions): Promise<Tenant>;
  /**
   * Changes a tenant.
   * For operators.
   */
  update(tenant: string | number, input?: TenantsUpdateInput, options?: RequestOptions): Promise<Tenant>;
  /**
   * Removes a tenant with its scripts, history and keys.
   * For operators.
   */
  delete(tenant: string | number, options?: RequestOptions): Promise<void>;
}

export interface PlansOperations {
  /**
   * Lists the plans that tenants can have: the host defines them.
   * For operators.
   */
  list(options?: RequestOptions): Promise<PlansListAnswer>;
}

export interface ApiKeysOperations {
  /**
   * Lists the tenant's API keys that are not revoked.
   * Needs the permission `tenant.admin`: Manage users, API keys and the tenant's settings; export and import everything.
   */
  list(query?: ApiKeysListQuery, options?: RequestOptions): List<ApiKey>;
  /**
   * Makes an API key, whose text is in this answer only.
   * Needs the permission `tenant.admin`: Manage users, API keys and the tenant's settings; export and import everything.
   */
  create(input: ApiKeysCreateInput, options?: RequestOptions): Promise<ApiKeysCreateAnswer>;
  /**
   * Revokes an API key; other nodes hear of it at once.
   * Needs the permission `tenant.admin`: Manage users, API keys and the tenant's settings; export and import everything.
   */
  revoke(key: string | number, options?: RequestOptions): Promise<void>;
}

export interface UsersOperations {
  /**
   * Lists the tenant's users, newest first.
   * Needs the permission `tenant.admin`: Manage users, API keys and the tenant's settings; export and import everything.
   */
  list(query?: UsersListQuery, options?: RequestOptions): List<User>;
  /**
   * Makes a user, whose role may not exceed the caller's own permissions.
   * Needs the permission `tenant.admin`: Manage users, API keys and the tenant's settings; export and import everything.
   */
  create(input: UsersCreateInput, options?: RequestOptions): Promise<User>;
  /**
   * Gives a user.
   * Needs the permission `tenant.admin`: Manage users, API keys and the tenant's settings; export and import everything.
   */
  get(user: string | number, options?: RequestOptions): Promise<User>;
  /**
   * Changes a user; another role, status or password ends the user's sessions.
   * Needs the permission `tenant.admin`: Manage users, API keys and the tenant's settings; export and import everything.
   */
  update(user: string | number, input?: UsersUpdateInput, options?: RequestOptions): Promise<User>;
  /**
   * Removes a user with all sessions.
   * Needs the permission `tenant.admin`: Manage users, API keys and the tenant's settings; export and import everything.
   */
  delete(user: string | number, options?: RequestOptions): Promise<void>;
  /**
   * Makes a link that signs the user in, once and within 15 minutes.
   * Needs the permission `tenant.admin`: Manage users, API keys and the tenant's settings; export and import everything.
   */
  createSignInLink(user: string | number, options?: RequestOptions): Promise<SignInLink>;
}

export interface OperatorsOperations {
  /**
   * Lists the installation's own users, the superadmins, newest first.
   * For operators.
   */
  list(query?: OperatorsListQuery, options?: RequestOptions): List<User>;
  /**
   * Makes a superadmin.
   * For operators.
   */
  create(input: OperatorsCreateInput, options?: RequestOptions): Promise<User>;
  /**
   * Gives a superadmin.
   * For operators.
   */
  get(operator: string | number, options?: RequestOptions): Promise<User>;
  /**
   * Changes a superadmin; another status or password ends all sessions.
   * For operators.
   */
  update(operator: string | number, input?: OperatorsUpdateInput, options?: RequestOptions): Promise<User>;
  /**
   * Removes a superadmin with all sessions.
   * For operators.
   */
  delete(operator: string | number, options?: RequestOptions): Promise<void>;
  /**
   * Makes a link that signs the superadmin in, once and within 15 minutes.
   * For operators.
   */
  createSignInLink(operator: string | number, options?: RequestOptions): Promise<SignInLink>;
}

export interface SessionOperations {
  /**
   * Signs in by password or one-time link; browsers get a cookie.
   * Needs no key.
   */
  start(input: SessionStartInput, options?: RequestOptions): Promise<StartedSession>;
  /**
   * Tells who asks and what they may do.
   * For whoever proved who they are.
   */
  get(options?: RequestOptions): Promise<PresentIdentity>;
  /**
   * Signs out: ends the session of this request, if it has one.
   * For whoever proved who they are.
   */
  end(options?: RequestOptions): Promise<void>;
}

export interface ScriptsOperations {
  /**
   * Lists scripts, newest first; archived ones only where their status is asked for.
   * Needs the permission `scripts.read`: See scripts, their versions and drafts.
   */
  list(query?: ScriptsListQuery, options?: RequestOptions): List<Script>;
  /**
   * Makes a script, and publishes version 1 or saves a draft.
   * Needs the permission `scripts.create`: Make scripts.
   */
  create(input: ScriptsCreateInput, options?: RequestOptions): Promise<ScriptDetail>;
  /**
   * Gives a script with its source and settings.
   * Needs the permission `scripts.read`: See scripts, their versions and drafts.
   */
  get(script: string | number, options?: RequestOptions): Promise<ScriptDetail>;
  /**
   * Changes a script; new source or settings make a new version.
   * Needs the permission `scripts.update`: Change, publish and roll back scripts.
   */
  update(
    script: string | number,
    input?: ScriptsUpdateInput,
    options?: RequestOptions,
  ): Promise<ScriptDetail>;
  /**
   * Deletes a script; its executions stay readable.
   * Needs the permission `scripts.delete`: Delete scripts.
   */
  delete(script: string | number, options?: RequestOptions): Promise<void>;
  /**
   * Lists the versions of a script, newest first.
   * Needs the permission `scripts.read`: See scripts, their versions and drafts.
   */
  versions(
    script: string | number,
    query?: ScriptsVersionsQuery,
    options?: RequestOptions,
  ): List<ScriptVersion>;
  /**
   * Gives a version with its source.
   * Needs the permission `scripts.read`: See scripts, their versions and drafts.
   */
  version(
    script: string | number,
    version: string | number,
    options?: RequestOptions,
  ): Promise<ScriptVersionDetail>;
  /**
   * Tells what leads from one version to another; `draft` stands for the draft.
   * Needs the permission `scripts.read`: See scripts, their versions and drafts.
   */
  diff(
    script: string | number,
    from: string | number,
    to: string | number,
    options?: RequestOptions,
  ): Promise<ScriptDiff>;
  /**
   * Gives the draft of a script.
   * Needs the permission `scripts.read`: See scripts, their versions and drafts.
   */
  draft(script: string | number, options?: RequestOptions): Promise<ScriptDraft>;
  /**
   * Saves the draft of a script, which need not compile and does not run until it is published.
   * Needs the permission `scripts.update`: Change, publish and roll back scripts.
   */
  saveDraft(
    script: string | number,
    input: ScriptsSaveDraftInput,
    options?: RequestOptions,
  ): Promise<ScriptDraft>;
  /**
   * Drops the draft of a published script.
   * Needs the permission `scripts.update`: Change, publish and roll back scripts.
   */
  deleteDraft(script: string | number, options?: RequestOptions): Promise<void>;
  /**
   * Publishes a version, of which an older one is a rollback, or the draft as the next version.
   * Needs the permission `scripts.update`: Change, publish and roll back scripts.
   */
  publish(
    script: string | number,
    input?: ScriptsPublishInput,
    options?: RequestOptions,
  ): Promise<ScriptDetail>;
  /**
   * Publishes what is published once more, with the modules as they are now; makes no version where none changed.
   * Needs the permission `scripts.update`: Change, publish and roll back scripts.
   */
  republish(script: string | number, options?: RequestOptions): Promise<ScriptDetail>;
  /**
   * Publishes those scripts once more whose published version has another version of this library.
   * Needs the permission `scripts.update`: Change, publish and roll back scripts.
   */
  republishDependants(script: string | number, options?: RequestOptions): Promise<Republication>;
  /**
   * Runs a script: 200 with the finished execution, or 202 with the pending one when `wait` is false or `at` is given.
   * Needs the permission `scripts.execute`: Run, call, cancel and replay.
   */
  execute(script: string | number, input?: ScriptsExecuteInput, options?: RequestOptions): Promise<Execution>;
  /**
   * Calls an `embedded` script and answers with its output.
   * Needs the permission `scripts.execute`: Run, call, cancel and replay.
   */
  call(script: string | number, input?: ScriptsCallInput, options?: RequestOptions): Promise<CallAnswer>;
}

export interface ModulesOperations {
  /**
   * Lists what scripts may import: published libraries of the tenant, and packages that the host vetted.
   * Needs the permission `scripts.read`: See scripts, their versions and drafts.
   */
  list(query?: ModulesListQuery, options?: RequestOptions): Promise<ModuleList>;
}

export interface DeclarationsOperations {
  /**
   * Gives TypeScript declarations of all that the tenant's scripts find, for editors and compilers.
   * Needs the permission `scripts.read`: See scripts, their versions and drafts.
   */
  get(options?: RequestOptions): Promise<Declarations>;
}

export interface TransferOperations {
  /**
   * Gives the whole tenant as one document: its scripts, and the names of its secrets.
   * Needs the permission `tenant.admin`: Manage users, API keys and the tenant's settings; export and import everything.
   */
  export(query?: TransferExportQuery, options?: RequestOptions): Promise<TenantDocument>;
  /**
   * Brings the scripts of a document into the tenant, all or none. The answer of GET /export is a body, too.
   * Needs the permission `tenant.admin`: Manage users, API keys and the tenant's settings; export and import everything.
   */
  import(input: TransferImportInput, options?: RequestOptions): Promise<ImportResult>;
  /**
   * Gives all scripts as they are published, for a folder of files.
   * Needs the permission `scripts.read`: See scripts, their versions and drafts.
   */
  pull(query?: TransferPullQuery, options?: RequestOptions): Promise<PulledTenant>;
  /**
   * Publishes scripts of a folder of files and deletes others, all or none.
   * Needs the permission `scripts.update`: Change, publish and roll back scripts.
   */
  push(input: TransferPushInput, options?: RequestOptions): Promise<PushResult>;
}

export interface SchedulesOperations {
  /**
   * Lists the schedules of published scripts with their last and next runs, the newest script first.
   * Needs the permission `scripts.read`: See scripts, their versions and drafts.
   */
  list(query?: SchedulesListQuery, options?: RequestOptions): List<Schedule>;
  /**
   * Tells when a script with this cron pattern would run; nothing is made.
   * Needs the permission `scripts.read`: See scripts, their versions and drafts.
   */
  preview(input: SchedulesPreviewInput, options?: RequestOptions): Promise<SchedulePreview>;
}

export interface ExecutionsOperations {
  /**
   * Lists executions, newest first.
   * Needs the permission `executions.read`: See executions with their inputs, outputs and logs.
   */
  list(query?: ExecutionsListQuery, options?: RequestOptions): List<Execution>;
  /**
   * Gives an execution.
   * Needs the permission `executions.read`: See executions with their inputs, outputs and logs.
   */
  get(execution: string | number, options?: RequestOptions): Promise<Execution>;
  /**
   * Lists what an execution logged; with `Accept: text/event-stream` follows it, resumable by `Last-Event-ID`.
   * Needs the permission `executions.read`: See executions with their inputs, outputs and logs.
   */
  logs(execution: string | number, query?: ExecutionsLogsQuery, options?: RequestOptions): List<ExecutionLog>;
  /**
   * Ends an execution: 200 when it has ended, 202 when another node was asked to end it. Of one that has failed and is to be tried again it gives up the next attempts.
   * Needs the permission `scripts.execute`: Run, call, cancel and replay.
   */
  cancel(execution: string | number, options?: RequestOptions): Promise<Execution>;
  /**
   * Runs an execution again as a new one, with its input on its version or draft unless others are given.
   * Needs the permission `scripts.execute`: Run, call, cancel and replay.
   */
  replay(
    execution: string | number,
    input?: ExecutionsReplayInput,
    options?: RequestOptions,
  ): Promise<Execution>;
}

export interface ExpressionsOperations {
  /**
   * Evaluates an expression or a template over data, in the tenant's own process.
   * Needs the permission `scripts.execute`: Run, call, cancel and replay.
   */
  evaluate(input: ExpressionsEvaluateInput, options?: RequestOptions): Promise<Evaluated>;
}

export interface EventsOperations {
  /**
   * Publishes an event, or up to 1,000: all are stored when it answers, or none is.
   * Needs the permission `events.publish`: Publish events.
   */
  publish(input: EventsPublishInput, options?: RequestOptions): Promise<PublishedEvents>;
  /**
   * Lists events, newest first, without their payloads.
   * Needs the permission `events.read`: See events and dead letters.
   */
  list(query?: EventsListQuery, options?: RequestOptions): List<Event>;
  /**
   * Gives an event with the executions that handle it.
   * Needs the permission `events.read`: See events and dead letters.
   */
  get(event: string | number, options?: RequestOptions): Promise<EventDetail>;
}

export interface DeadLettersOperations {
  /**
   * Lists events that scripts failed to handle, newest failure first.
   * Needs the permission `events.read`: See events and dead letters.
   */
  list(query?: DeadLettersListQuery, options?: RequestOptions): List<DeadLetter>;
  /**
   * Gives a dead letter with the event's payload.
   * Needs the permission `events.read`: See events and dead letters.
   */
  get(deadLetter: string | number, options?: RequestOptions): Promise<DeadLetterDetail>;
  /**
   * Deletes a dead letter.
   * Needs the permission `events.replay`: Replay and delete dead letters.
   */
  delete(deadLetter: string | number, options?: RequestOptions): Promise<void>;
  /**
   * Hands the event to the script again, with all its attempts; the dead letter is gone then.
   * Needs the permission `events.replay`: Replay and delete dead letters.
   */
  replay(
    deadLetter: string | number,
    input?: DeadLettersReplayInput,
    options?: RequestOptions,
  ): Promise<ReplayedDeadLetter>;
  /**
   * Replays the dead letters that fit all filters, oldest first and at most 200 at once.
   * Needs the permission `events.replay`: Replay and delete dead letters.
   */
  replayAll(input: DeadLettersReplayAllInput, options?: RequestOptions): Promise<ReplayedDeadLetters>;
}

export interface AuditOperations {
  /**
   * Lists what was changed in the tenant, newest first.
   * Needs the permission `audit.read`: See the audit log.
   */
  list(query?: AuditListQuery, options?: RequestOptions): List<AuditRecord>;
  /**
   * Gives number and hash of the tenant's last audit record, to be kept elsewhere.
   * Needs the permission `audit.read`: See the audit log.
   */
  head(options?: RequestOptions): Promise<AuditHead>;
}

export interface InstallationOperations {
  /**
   * Lists what was changed in the installation, newest first.
   * For operators.
   */
  listAudit(query?: InstallationListAuditQuery, options?: RequestOptions): List<AuditRecord>;
  /**
   * Gives number and hash of the installation's last audit record, to be kept elsewhere.
   * For operators.
   */
  auditHead(query?: InstallationAuditHeadQuery, options?: RequestOptions): Promise<AuditHead>;
}

export interface SecretsOperations {
  /**
   * Lists the tenant's secrets in the order of their names, without their values.
   * Needs the permission `secrets.read`: See which secrets there are; nobody sees their values.
   */
  list(query?: SecretsListQuery, options?: RequestOptions): List<Secret>;
  /**
   * Gives a secret without its value, which nobody can read back.
   * Needs the permission `secrets.read`: See which secrets there are; nobody sees their values.
   */
  get(name: string | number, options?: RequestOptions): Promise<Secret>;
  /**
   * Sets the value of a secret, which scripts then get by ctx.secrets.get(name).
   * Needs the permission `secrets.update`: Set secrets.
   */
  set(name: string | number, input: SecretsSetInput, options?: RequestOptions): Promise<Secret>;
  /**
   * Deletes a secret.
   * Needs the permission `secrets.delete`: Delete secrets.
   */
  delete(name: string | number, options?: RequestOptions): Promise<void>;
}

export interface TablesOperations {
  /**
   * Lists the tables of the tenant's own in the order of their names.
   * Needs the permission `scripts.read`: See scripts, their versions and drafts.
   */
  list(query?: TablesListQuery, options?: RequestOptions): List<Table>;
  /**
   * Gives a table of the tenant's own as it was declared.
   * Needs the permission `scripts.read`: See scripts, their versions and drafts.
   */
  get(table: string | number, options?: RequestOptions): Promise<Table>;
  /**
   * Makes a table, which scripts then use by ctx.db, or changes it to what is declared.
   * Needs the permission `tenant.admin`: Manage users, API keys and the tenant's settings; export and import everything.
   */
  declare(table: string | number, input: TablesDeclareInput, options?: RequestOptions): Promise<Table>;
  /**
   * Deletes a table of the tenant's own with all its rows.
   * Needs the permission `tenant.admin`: Manage users, API keys and the tenant's settings; export and import everything.
   */
  delete(table: string | number, options?: RequestOptions): Promise<void>;
}

export interface LimitsOperations {
  /**
   * Gives the limits and quotas that hold for the tenant, and what is used of them.
   * Needs the permission `usage.read`: See limits, quotas and what is used of them.
   */
  get(options?: RequestOptions): Promise<TenantLimits>;
}

export interface UsageOperations {
  /**
   * Lists what the tenant used day by day, oldest first; days without use are left out.
   * Needs the permission `usage.read`: See limits, quotas and what is used of them.
   */
  list(query?: UsageListQuery, options?: RequestOptions): Promise<Usage>;
}

export interface ServicesOperations {
  /**
   * Lists the services that the host offers to scripts, and how much they are used.
   * For operators.
   */
  list(options?: RequestOptions): Promise<ServicesListAnswer>;
  /**
   * Lists the services of the host that the tenant's scripts may call, and which of them did.
   * Needs the permission `scripts.read`: See scripts, their versions and drafts.
   */
  listGranted(options?: RequestOptions): Promise<ServicesListGrantedAnswer>;
  /**
   * Tells what a service's schemas break that worked with those before, and which published scripts use or name it.
   * For operators.
   */
  getImpact(
    service: string | number,
    query?: ServicesGetImpactQuery,
    options?: RequestOptions,
  ): Promise<ServiceImpact>;
}

export interface ApiOperations {
  /**
   * Gives this description.
   * Needs no key.
   */
  describe(options?: RequestOptions): Promise<JsonValue>;
}

/** Every operation, by its feature. */
export interface Operations {
  readonly tenants: TenantsOperations;
  readonly plans: PlansOperations;
  readonly apiKeys: ApiKeysOperations;
  readonly users: UsersOperations;
  readonly operators: OperatorsOperations;
  readonly session: SessionOperations;
  readonly scripts: ScriptsOperations;
  readonly modules: ModulesOperations;
  readonly declarations: DeclarationsOperations;
  readonly transfer: TransferOperations;
  readonly schedules: SchedulesOperations;
  readonly executions: ExecutionsOperations;
  readonly expressions: ExpressionsOperations;
  readonly events: EventsOperations;
  readonly deadLetters: DeadLettersOperations;
  readonly audit: AuditOperations;
  readonly installation: InstallationOperations;
  readonly secrets: SecretsOperations;
  readonly tables: TablesOperations;
  readonly limits: LimitsOperations;
  readonly usage: UsageOperations;
  readonly services: ServicesOperations;
  readonly api: ApiOperations;
}
