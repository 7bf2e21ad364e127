import type { JsonValue } from "./json.ts";

/**
 * The part of Standard Schema (https://standardschema.dev, version 1) that the dispatcher needs; zod schemas
 * have it.
 */
export interface InputSchema<Input> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Input> | Promise<SchemaResult<Input>>;
  };
}

type SchemaResult<Input> =
  | { readonly value: Input; readonly issues?: undefined }
  | {
      readonly issues: ReadonlyArray<{
        readonly message: string;
        readonly path?: ReadonlyArray<PropertyKey | { readonly key: PropertyKey }> | undefined;
      }>;
    };

/** Who calls and under what; taken from the supervisor's lease table, never from the message. */
export interface CapabilityCall {
  readonly tenant: string;
  readonly executionId: string;
  /** What the host said of this execution when it started it; the guest cannot change it. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Bytes that came beside the arguments, e.g. a request body. */
  readonly body: Uint8Array | undefined;
  /** Aborts when the execution ends for whatever reason. */
  readonly signal: AbortSignal;
}

/** What a capability answers: data, and bytes beside it where it has any. */
export interface CapabilityReply {
  readonly value?: JsonValue | undefined;
  readonly body?: Uint8Array | undefined;
}

/** A typed host function that the guest may call by name. */
export interface Capability<Input = unknown> {
  /** Dotted, e.g. `cache.get`. */
  readonly name: string;
  /** Every argument passes it before `handle` sees it. */
  readonly input: InputSchema<Input>;
  /** Largest argument text plus body in bytes. Default 1 MiB. */
  readonly maxInputBytes?: number;
  /**
   * @throws CapabilityError whose code and message reach the guest as they are; anything else reaches it as
   * `CAPABILITY_FAILED` without detail and is given to the pool's `onCapabilityFailure`.
   */
  readonly handle: (input: Input, call: CapabilityCall) => CapabilityReply | Promise<CapabilityReply>;
}

/** Keeps the input type of one capability while it is written; the dispatcher forgets it again. */
export function defineCapability<Input>(capability: Capability<Input>): Capability {
  return capability as unknown as Capability;
}

/** An error whose code and message are meant for the guest. It carries nothing else across. */
export class CapabilityError extends Error {
  override readonly name = "CapabilityError";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
