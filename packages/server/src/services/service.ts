import { SANDBOX_ERRORS } from "@skerry/sandbox";
import { z } from "zod";
import { CAPABILITY_ERRORS } from "../capabilities/errors.ts";
import { StartError } from "../main/errors.ts";
import { grantPattern } from "../plans/grants.ts";
import { SERVICECALL_ERRORS } from "./errors.ts";
import { requireName } from "./names.ts";
import type { SchemaInput, SchemaOutput, ServiceSchema } from "./schema.ts";

/** Who calls a service, and for what. None of it can be chosen by the script. */
export interface ServiceCall {
  /** Id of the tenant. */
  readonly tenant: string;
  /**
   * Who started the execution, where that is a person: a signed-in user, or one whom `identify` or a token of the host
   * named.
   */
  readonly user: string | undefined;
  readonly script: {
    readonly id: string;
    readonly name: string;
    /** 0 for a draft. */ readonly version: number;
  };
  readonly executionId: string;
  /** Of the request that started the execution, where one did. */
  readonly requestId: string | undefined;
  /** Aborts when the execution ends for whatever reason, and at the service's time-out. */
  readonly signal: AbortSignal;
}

/** How many calls a tenant may make. */
export interface RateLimit {
  /** 1 to 1,000,000. */
  readonly limit: number;
  /** Counts from the first call; then it begins anew. 0.001 to 86,400. */
  readonly perSeconds: number;
}

/** What a host declares. */
export interface ServiceOptions<Input extends ServiceSchema, Output extends ServiceSchema> {
  /** Words with dots between: `orders.refund` is called as `ctx.services.orders.refund(input)`. */
  readonly name: string;
  /** Default 1, which scripts call by the bare name. They call version 2 as `ctx.services.orders.v2.refund(input)`. */
  readonly version?: number | undefined;
  /** What scripts give, checked before the handler sees it. */
  readonly input: Input;
  /** What the handler gives, checked before it goes to the script. What the schema strips does not go. */
  readonly output: Output;
  readonly handler: (
    input: SchemaOutput<Input>,
    call: ServiceCall,
  ) => SchemaInput<Output> | Promise<SchemaInput<Output>>;
  /** For the documentation and for editors. */
  readonly summary?: string | undefined;
  /** Only tenants whose plan or overrides grant it may call; without it every tenant may. */
  readonly permission?: string | undefined;
  /** Per tenant and node. Default: none. */
  readonly rateLimit?: RateLimit | undefined;
  /** Default 10,000; at most 600,000. */
  readonly timeoutMs?: number | undefined;
  /** Of the input as JSON. Default 1 MiB, which is the most. */
  readonly maxInputBytes?: number | undefined;
  /** What to use instead. Calls go on working, and each execution that makes one gets a warning in its log. */
  readonly deprecated?: string | undefined;
  /** Whether every call is recorded in the tenant's audit log before it is made. Default false. */
  readonly audit?: boolean | undefined;
}

/** A service as it was declared, complete. */
export interface Service {
  readonly name: string;
  readonly version: number;
  readonly input: ServiceSchema;
  readonly output: ServiceSchema;
  readonly handler: (input: unknown, call: ServiceCall) => unknown;
  readonly summary: string | undefined;
  readonly permission: string | undefined;
  readonly rateLimit: RateLimit | undefined;
  readonly timeoutMs: number;
  readonly maxInputBytes: number;
  readonly deprecated: string | undefined;
  readonly audit: boolean;
}

const MAX_INPUT_BYTES = 1024 * 1024;
const MAX_TIMEOUT_MS = 600_000;
const SECONDS_OF_DAY = 86_400;

const text = z.string().trim().min(1).max(1_000);
const schema = z.custom<ServiceSchema>(
  (value) => typeof (value as Partial<ServiceSchema>)?.["~standard"]?.validate === "function",
  "must be a schema, such as one of zod",
);

const declaration = z.strictObject({
  name: z.string(),
  version: z.int().default(1),
  input: schema,
  output: schema,
  handler: z.custom<Service["handler"]>((value) => typeof value === "function", "must be a function"),
  summary: text.optional(),
  permission: grantPattern
    .refine((name) => !name.includes("*"), "is one permission, not a pattern")
    .optional(),
  rateLimit: z
    .strictObject({
      limit: z.int().min(1).max(1_000_000),
      perSeconds: z.number().min(0.001).max(SECONDS_OF_DAY),
    })
    .optional(),
  timeoutMs: z.int().min(1).max(MAX_TIMEOUT_MS).default(10_000),
  maxInputBytes: z.int().min(1).max(MAX_INPUT_BYTES).default(MAX_INPUT_BYTES),
  deprecated: text.optional(),
  audit: z.boolean().default(false),
});

/**
 * Declares a function of the host that scripts may call, for the option `services` of `createSkerry`.
 *
 * @throws StartError `CONFIG_INVALID` that names the service, the place and the rule.
 */
export function defineService<Input extends ServiceSchema, Output extends ServiceSchema>(
  options: ServiceOptions<Input, Output>,
): Service {
  const result = declaration.safeParse(options);
  if (!result.success) {
    const { name }: { readonly name?: unknown } = options;
    const message = `The service ${JSON.stringify(String(name).slice(0, 100))} cannot be used:\n${z.prettifyError(result.error)}`;
    throw new StartError("CONFIG_INVALID", message);
  }
  const { data } = result;
  requireName(data);
  return {
    ...data,
    summary: data.summary,
    permission: data.permission,
    rateLimit: data.rateLimit,
    deprecated: data.deprecated,
  };
}

/** A script, and whoever reads why it failed, must be able to rely on what these mean. */
const OWN_CODES: ReadonlySet<string> = new Set(
  [SANDBOX_ERRORS, CAPABILITY_ERRORS, SERVICECALL_ERRORS].flatMap((table) => Object.keys(table)),
);
const CODE = /^[A-Z][A-Z0-9_]{0,63}$/;
const MAX_MESSAGE_LENGTH = 2_000;

/** What a handler throws for the script to know: its code and message, and nothing else, reach the script. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
  readonly code: string;

  /**
   * @param code like `ORDER_NOT_FOUND`, and none of Skerry's own.
   * @param message what the script's author reads; cut after 2,000 characters.
   * @throws TypeError for another code.
   */
  constructor(code: string, message: string) {
    super(message.slice(0, MAX_MESSAGE_LENGTH));
    if (!CODE.test(code) || OWN_CODES.has(code)) {
      throw new TypeError(
        `${JSON.stringify(code)} is no code for a ServiceError: it needs capital letters, digits and _, such as ORDER_NOT_FOUND, and must be none of Skerry's own.`,
      );
    }
    this.code = code;
  }
}
