import type { BridgeOptions, ExecuteOptions, RuntimeBridge } from "../../src/bridges/bridge.ts";
import type { BridgeError } from "../../src/bridges/errors.ts";
import type { HostData } from "../../src/bridges/host-data.ts";

const CASE_TIMEOUT_MS = 20_000;

/** Makes the bridge under test. */
export type CreateBridge = (options?: BridgeOptions) => RuntimeBridge;

/** What an engine cannot do; each field names a promise of the contract that its cases then leave out. */
export interface BridgeTraits {
  /** `execute` only. */
  readonly isAsynchronous?: boolean;
  /** Nothing holds its memory. */
  readonly isUnbounded?: boolean;
  /** The guest shares the isolate of the host: nothing is hidden from it. */
  readonly isShared?: boolean;
  /** Executions run at once, also when they are asked for by a promise: none can be under way. */
  readonly isImmediate?: boolean;
  /** Its host is in another process: a question of the guest takes milliseconds. */
  readonly isDistant?: boolean;
}

/** One promise of the contract, and how it is kept. */
export interface BridgeCase {
  readonly title: string;
  /** Leaves the case out for bridges with this trait. */
  readonly unless?: keyof BridgeTraits;
  readonly run: (subject: Subject) => void | Promise<void>;
}

/** What a case has in hand. Errors come as data, so that they compare. */
export class Subject {
  /** One bridge for many cases, with time enough for a loaded machine. */
  readonly bridge: RuntimeBridge;
  readonly create: CreateBridge;
  readonly traits: BridgeTraits;

  constructor(create: CreateBridge, traits: BridgeTraits) {
    this.create = create;
    this.traits = traits;
    this.bridge = create({ timeoutMs: CASE_TIMEOUT_MS });
  }

  /** Result of the code, run by a promise and, where the bridge can, at once: a list of both. */
  readonly evaluate = async (code: string, data?: HostData, options?: ExecuteOptions): Promise<unknown[]> => {
    const later = await this.bridge.execute(code, data, options);
    return this.bridge.isSynchronous ? [later, this.bridge.executeSync(code, data, options)] : [later, later];
  };

  /** How the code fails, run both ways. */
  readonly fail = async (code: string, data?: HostData, options?: ExecuteOptions): Promise<Failure[]> => {
    const later = await failureOf(() => this.bridge.execute(code, data, options));
    if (!this.bridge.isSynchronous) return [later, later];
    return [later, await failureOf(() => this.bridge.executeSync(code, data, options))];
  };
}

export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly guestName: string | undefined;
}

/** What an action throws or rejects with. */
export async function failureOf(action: () => unknown): Promise<Failure> {
  try {
    const value = await action();
    throw new Error(`no error but ${String(value)}`);
  } catch (error) {
    const { code, message, guestName } = error as BridgeError;
    return { code, message, guestName };
  }
}

/** The same thing, once for each way to run. */
export function both<Value>(value: Value): [Value, Value] {
  return [value, value];
}
