import {
  type BridgeOptions,
  type BridgeScope,
  DEFAULT_BRIDGE_MEMORY_MB,
  DEFAULT_BRIDGE_TIMEOUT_MS,
  type ExecuteOptions,
  type GuestRuntime,
  MIN_BRIDGE_MEMORY_MB,
  type RuntimeBridge,
} from "./bridge.ts";
import { type CachedCode, CodeCache } from "./code-cache.ts";
import { type Engine, EngineFailure } from "./engine.ts";
import { BRIDGE_ERRORS, BridgeError, type BridgeErrorCode } from "./errors.ts";
import {
  type Failure,
  type MessageHead,
  RAW_TEXT,
  TRANSIENT_SCOPE,
  UNKNOWN,
  type Wire,
} from "./guest/wire.ts";
import type { TransferTypes } from "./guest/transfer-types.ts";
import type { HostData } from "./host-data.ts";
import { HostScope, type RootDescription } from "./host-scope.ts";
import { NO_TYPES, createHostTypes } from "./host-types.ts";

const NO_DATA = new HostScope(TRANSIENT_SCOPE, {});

/**
 * Everything of a bridge that is the same for all engines. Executions of one bridge take turns; an engine that lost
 * its realm since the last one is told again what it needs.
 */
export class EngineBridge implements RuntimeBridge {
  readonly #engine: Engine;
  readonly #timeoutMs: number;
  readonly #guestBundle: string;
  #runtime: GuestRuntime | undefined;
  #types = NO_TYPES;
  readonly #codes = new CodeCache();
  /** What the kernel was told of and has not been told to forget. */
  readonly #toldCodes = new Set<number>();
  readonly #toldScopes = new Set<number>();
  #endedScopes: number[] = [];
  #lastScope = NO_DATA.id;
  #starting: Promise<void> | undefined;
  #isStarted = false;
  #isRunning = false;
  #lastTurn: Promise<unknown> = Promise.resolve();
  #disposing: Promise<void> | undefined;

  /** @throws RangeError for a limit that is out of range. */
  constructor(engine: Engine, options: BridgeOptions = {}) {
    const { memoryLimitMb = DEFAULT_BRIDGE_MEMORY_MB, timeoutMs = DEFAULT_BRIDGE_TIMEOUT_MS } = options;
    if (!(memoryLimitMb >= MIN_BRIDGE_MEMORY_MB)) {
      throw new RangeError(`memoryLimitMb is ${memoryLimitMb}: it must be at least ${MIN_BRIDGE_MEMORY_MB}`);
    }
    this.#engine = engine;
    this.#guestBundle = options.guestBundle ?? "";
    this.#timeoutMs = requireTimeout(timeoutMs);
  }

  get isSynchronous(): boolean {
    return this.#engine.isSynchronous;
  }

  async initialize(runtime?: GuestRuntime): Promise<void> {
    this.#requireUndisposed();
    this.#starting ??= this.#start(runtime);
    try {
      await this.#starting;
    } catch (error) {
      // The next call may find what was missing.
      this.#starting = undefined;
      throw error;
    }
    this.#requireUndisposed();
    this.#isStarted = true;
  }

  #start(runtime: GuestRuntime | undefined): Promise<void> {
    if (runtime && !this.#runtime) {
      this.#runtime = runtime;
      this.#types = createHostTypes(runtime.types ?? []);
    }
    return this.#engine.start(`${this.#guestBundle}\n${this.#runtime?.bundle ?? ""}`);
  }

  async execute(code: string, data?: HostData, options?: ExecuteOptions): Promise<unknown> {
    return this.#runInTurn(createTransientScope(data, this.#types), code, options);
  }

  executeSync(code: string, data?: HostData, options?: ExecuteOptions): unknown {
    return this.#runSync(createTransientScope(data, this.#types), code, options);
  }

  openScope(data: HostData): BridgeScope {
    this.#requireUndisposed();
    const scope = new HostScope(++this.#lastScope, requireData(data), this.#types);
    const dispose = (): void => {
      scope.end();
      if (this.#toldScopes.delete(scope.id)) this.#endedScopes.push(scope.id);
    };
    return {
      execute: (code, options) => this.#runInTurn(scope, code, options),
      executeSync: (code, options) => this.#runSync(scope, code, options),
      dispose,
      [Symbol.dispose]: dispose,
    };
  }

  memoryMb(): number | undefined {
    return this.isDisposed() ? undefined : this.#engine.memoryMb?.();
  }

  dispose(): Promise<void> {
    this.#disposing ??= this.#engine.dispose();
    return this.#disposing;
  }

  isDisposed(): boolean {
    return this.#disposing !== undefined;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  async #runInTurn(scope: HostScope, code: string, options: ExecuteOptions | undefined): Promise<unknown> {
    const timeoutMs = this.#chooseTimeout(options);
    requireCode(code);
    this.#requireUsable(scope);
    const turn = this.#lastTurn.then(() => this.#run(scope, code, timeoutMs));
    this.#lastTurn = turn.catch(() => {});
    return turn;
  }

  async #run(scope: HostScope, code: string, timeoutMs: number): Promise<unknown> {
    await this.initialize();
    this.#requireUsable(scope);
    this.#isRunning = true;
    try {
      const answer = (question: string): string => scope.answer(question);
      let text = await this.#engine.run(this.#describe(scope, code), answer, timeoutMs);
      if (text === UNKNOWN) {
        text = await this.#engine.run(this.#describeAnew(scope, code), answer, timeoutMs);
      }
      return readAnswer(text, scope);
    } catch (error) {
      throw this.#toBridgeError(error);
    } finally {
      this.#isRunning = false;
    }
  }

  #runSync(scope: HostScope, code: string, options: ExecuteOptions | undefined): unknown {
    const timeoutMs = this.#chooseTimeout(options);
    requireCode(code);
    this.#requireUsable(scope);
    this.#requireSynchronous();
    this.#isRunning = true;
    try {
      const answer = (question: string): string => scope.answer(question);
      let text = this.#engine.runSync(this.#describe(scope, code), answer, timeoutMs);
      if (text === UNKNOWN) text = this.#engine.runSync(this.#describeAnew(scope, code), answer, timeoutMs);
      return readAnswer(text, scope);
    } catch (error) {
      throw this.#toBridgeError(error);
    } finally {
      this.#isRunning = false;
    }
  }

  /** The message for one execution: numbers alone where the kernel knows what they stand for. */
  #describe(scope: HostScope, text: string): string {
    const code = this.#codes.take(text);
    const endedCodes = this.#codes.takeForgotten();
    const endedScopes = this.#endedScopes;
    const root = this.#toldScopes.has(scope.id) ? undefined : scope.describeRoot();
    const isNews = !this.#toldCodes.has(code.id) || endedCodes.length > 0 || endedScopes.length > 0;
    if (root?.isWhole && !isNews && scope.id === TRANSIENT_SCOPE) return `${code.id}\n${root.text}`;
    const head =
      isNews || root
        ? this.#describeNews(scope, code, root, endedCodes)
        : `{"scope":${scope.id},"code":${code.id}}`;
    if (!root) return head;
    if (scope.id !== TRANSIENT_SCOPE) this.#toldScopes.add(scope.id);
    return `${head}\n${root.text}`;
  }

  #describeNews(
    scope: HostScope,
    code: CachedCode,
    root: RootDescription | undefined,
    endedCodes: readonly number[],
  ): string {
    const head: MessageHead = {
      scope: scope.id,
      code: code.id,
      ...(!this.#toldCodes.has(code.id) && { text: code.text }),
      ...(root && { length: root.length, isWhole: root.isWhole }),
      endedScopes: this.#endedScopes,
      endedCodes,
    };
    this.#endedScopes = [];
    for (const id of endedCodes) this.#toldCodes.delete(id);
    this.#toldCodes.add(code.id);
    return JSON.stringify(head);
  }

  /** The same for a kernel that lost what it was told. */
  #describeAnew(scope: HostScope, code: string): string {
    this.#forgetTold();
    return this.#describe(scope, code);
  }

  #forgetTold(): void {
    this.#toldCodes.clear();
    this.#toldScopes.clear();
  }

  #toBridgeError(error: unknown): unknown {
    if (this.isDisposed()) return disposedError();
    if (!(error instanceof EngineFailure)) return error;
    // Whether the message arrived, and whether the realm is the same afterwards, nobody can say.
    this.#forgetTold();
    return new BridgeError(error.code, error.message);
  }

  #chooseTimeout(options: ExecuteOptions | undefined): number {
    const timeoutMs = options?.timeoutMs;
    return timeoutMs === undefined ? this.#timeoutMs : Math.min(requireTimeout(timeoutMs), this.#timeoutMs);
  }

  #requireUndisposed(): void {
    if (this.isDisposed()) throw disposedError();
  }

  #requireUsable(scope: HostScope): void {
    this.#requireUndisposed();
    if (scope.isEnded) {
      throw new BridgeError("BRIDGE_DISPOSED", "the scope was used after it had been disposed");
    }
  }

  #requireSynchronous(): void {
    if (!this.#engine.isSynchronous) {
      throw new BridgeError(
        "BRIDGE_NOT_SYNCHRONOUS",
        "this bridge cannot execute synchronously here: use execute()",
      );
    }
    if (!this.#isStarted) {
      throw new BridgeError("BRIDGE_NOT_SYNCHRONOUS", "the bridge is not started: await initialize() first");
    }
    if (this.#isRunning) {
      throw new BridgeError(
        "BRIDGE_BUSY",
        "executeSync() was called while this bridge executes: use another bridge",
      );
    }
  }
}

function readAnswer(text: string, scope: HostScope): unknown {
  if (text.startsWith(RAW_TEXT)) return text.slice(RAW_TEXT.length);
  try {
    const answer: unknown = JSON.parse(text);
    if (!Array.isArray(answer)) throw failureToError(answer as Failure);
    if (answer.length === 1) return answer[0] as unknown;
    return scope.read(answer as unknown as Wire, "BRIDGE_RESULT", "the result");
  } catch (error) {
    if (error instanceof BridgeError) throw error;
    // Only a kernel that is no longer ours answers like this.
    throw new BridgeError("BRIDGE_LOST", `the engine broke the protocol: ${(error as Error).message}`);
  }
}

function failureToError({ code, name, message }: Failure): BridgeError {
  if (typeof message !== "string") throw new TypeError("a failure without a message");
  const isOwn = Object.hasOwn(BRIDGE_ERRORS, code);
  return isOwn
    ? new BridgeError(code as BridgeErrorCode, message)
    : new BridgeError("BRIDGE_SCRIPT", message, name);
}

function disposedError(): BridgeError {
  return new BridgeError("BRIDGE_DISPOSED", "the bridge was used after it had been disposed");
}

function createTransientScope(data: HostData | undefined, types: TransferTypes): HostScope {
  return data === undefined ? NO_DATA : new HostScope(TRANSIENT_SCOPE, requireData(data), types);
}

function requireData(data: HostData): HostData {
  if (typeof data !== "object" || data === null) {
    throw new TypeError(`data is ${data === null ? "null" : typeof data}: it must be an object`);
  }
  return data;
}

function requireCode(code: string): void {
  if (typeof code !== "string") throw new TypeError(`code is ${typeof code}: it must be text`);
}

function requireTimeout(timeoutMs: number): number {
  if (!(timeoutMs > 0 && timeoutMs < Infinity)) {
    throw new RangeError(`timeoutMs is ${timeoutMs}: it must be a number of milliseconds above 0`);
  }
  return timeoutMs;
}
