import type { QuickJSContext, QuickJSHandle, QuickJSRuntime } from "quickjs-emscripten-core";
import { bridgeKernelBundle, quickJsWasm } from "#bundles";
import { DEFAULT_BRIDGE_MEMORY_MB, type BridgeOptions } from "../bridge.ts";
import {
  describeExhaustion,
  describeTimeout,
  EngineFailure,
  type Engine,
  type HostAnswer,
} from "../engine.ts";
import { BridgeError } from "../errors.ts";
import { ASK_INTL } from "../guest/intl/schema.ts";
import { MEND_ARRAY_COPIES } from "./engine-mends.ts";
import { HostIntl } from "./host-intl.ts";
import { QuickJsInstance } from "./instance.ts";

/** Deeper recursion than this would overflow the host's own stack, on which the engine's native code runs. */
const STACK_BYTES = 256 * 1024;
/** How long after the deadline native code that does not listen is stopped by the meter. */
const METER_GRACE_MS = 10;

/** Accessors of QuickJS that keep what code assigns outside of every object, where no freezing reaches it. */
const REMOVE_STATE = "delete Error.prepareStackTrace; delete Error.stackTraceLimit;";

/** The compiled engine: code without state, one for all instances. */
let compiled: Promise<WebAssembly.Module> | undefined;

/** QuickJS in an instance of its own. */
export class QuickJsEngine implements Engine {
  readonly isSynchronous = true;

  readonly #options: BridgeOptions;
  #guestBundle = "";
  #starting: Promise<void> | undefined;
  #realm: Realm | undefined;
  #isDisposed = false;

  constructor(options: BridgeOptions) {
    this.#options = options;
  }

  start(guestBundle: string): Promise<void> {
    this.#guestBundle = guestBundle;
    this.#starting ??= this.#start().catch((error: unknown) => {
      // The next call may find what was missing.
      this.#starting = undefined;
      compiled = undefined;
      throw new BridgeError("BRIDGE_START", `QuickJS could not be started: ${messageOf(error)}`);
    });
    return this.#starting;
  }

  async run(message: string, answer: HostAnswer, timeoutMs: number): Promise<string> {
    await this.#starting;
    return this.runSync(message, answer, timeoutMs);
  }

  runSync(message: string, answer: HostAnswer, timeoutMs: number): string {
    if (!this.#realm) throw new EngineFailure("BRIDGE_LOST", "QuickJS is not running");
    return this.#realm.run(message, answer, timeoutMs);
  }

  memoryMb(): number | undefined {
    return this.#realm?.memoryMb();
  }

  dispose(): Promise<void> {
    // Nothing is freed piece by piece: the memory goes with the instance.
    this.#isDisposed = true;
    this.#realm = undefined;
    return Promise.resolve();
  }

  async #start(): Promise<void> {
    compiled ??= quickJsWasm().then((bytes) => WebAssembly.compile(bytes));
    const [module, kernel] = await Promise.all([compiled, bridgeKernelBundle()]);
    const limitMb = this.#options.memoryLimitMb ?? DEFAULT_BRIDGE_MEMORY_MB;
    const instance = await QuickJsInstance.create(module, limitMb);
    const scripts = [REMOVE_STATE, MEND_ARRAY_COPIES, kernel, this.#guestBundle];
    if (!this.#isDisposed) this.#realm = new Realm(instance, limitMb, scripts);
  }
}

/** The one realm of an instance, with the kernel in it. */
class Realm {
  readonly #instance: QuickJsInstance;
  readonly #limitMb: number;
  readonly #runtime: QuickJSRuntime;
  readonly #context: QuickJSContext;
  readonly #receive: QuickJSHandle;
  #answer: HostAnswer = () => "";
  #deadline = Infinity;

  constructor(instance: QuickJsInstance, limitMb: number, scripts: readonly string[]) {
    this.#instance = instance;
    this.#limitMb = limitMb;
    this.#runtime = instance.quickJs.newRuntime();
    this.#runtime.setMaxStackSize(STACK_BYTES);
    this.#runtime.setInterruptHandler(() => this.#isLate() || instance.isExhausted);
    this.#context = this.#runtime.newContext();
    this.#giveIntl();
    for (const script of scripts) this.#evaluate(script).dispose();
    this.#receive = this.#attach();
    instance.checkpoint();
  }

  memoryMb(): number {
    return this.#instance.memoryMb();
  }

  run(message: string, answer: HostAnswer, timeoutMs: number): string {
    this.#answer = answer;
    this.#deadline = performance.now() + timeoutMs;
    this.#instance.stopAt = this.#deadline + METER_GRACE_MS;
    try {
      const reply = this.#call(message);
      this.#finishJobs();
      if (reply === undefined || this.#isLate() || this.#instance.isExhausted) {
        throw this.#fail(timeoutMs);
      }
      return reply;
    } catch (error) {
      throw error instanceof EngineFailure ? error : this.#fail(timeoutMs, error);
    } finally {
      this.#instance.stopAt = Infinity;
      this.#answer = () => "";
    }
  }

  /** The kernel's reply; nothing when it was interrupted or had no room to make one. */
  #call(message: string): string | undefined {
    const context = this.#context;
    const question = context.newString(message);
    const result = context.callFunction(this.#receive, context.undefined, question);
    question.dispose();
    if (result.error) return undefined;
    const reply = context.getString(result.value);
    result.value.dispose();
    return reply;
  }

  /** Promise reactions that the code left behind, which must not run in another execution's time. */
  #finishJobs(): void {
    while (!this.#isLate() && this.#runtime.hasPendingJob()) this.#runtime.executePendingJobs().dispose();
  }

  #isLate(): boolean {
    return performance.now() >= this.#deadline;
  }

  /** Says what went wrong and makes the realm as new: whatever was under way in it is gone. */
  #fail(timeoutMs: number, error?: unknown): EngineFailure {
    const isLate = this.#isLate();
    const isExhausted = this.#instance.isExhausted;
    this.#instance.restore();
    if (isExhausted) {
      return new EngineFailure("BRIDGE_MEMORY", describeExhaustion(this.#limitMb));
    }
    if (isLate) return new EngineFailure("BRIDGE_TIMEOUT", describeTimeout(timeoutMs));
    if (isStackOverflow(error)) {
      return new EngineFailure(
        "BRIDGE_MEMORY",
        "the code used more stack than there is: it nests too deeply",
      );
    }
    return new EngineFailure("BRIDGE_LOST", `QuickJS gave no answer${error ? `: ${messageOf(error)}` : ""}`);
  }

  #giveIntl(): void {
    const { answer } = new HostIntl();
    const ask = this.#createAsk(ASK_INTL, answer);
    this.#context.setProp(this.#context.global, ASK_INTL, ask);
    ask.dispose();
  }

  #attach(): QuickJSHandle {
    const context = this.#context;
    const ask = this.#createAsk("ask", (question) => this.#answer(question));
    const attach = context.getProp(context.global, "__attachBridge");
    const receive = context.unwrapResult(context.callFunction(attach, context.undefined, ask));
    ask.dispose();
    attach.dispose();
    return receive;
  }

  #createAsk(name: string, answer: HostAnswer): QuickJSHandle {
    const context = this.#context;
    return context.newFunction(name, (question) =>
      this.#instance.unstopped(() => {
        const text = answer(context.getString(question));
        // The run fails for it when it ends, and the interrupt handler sees to that.
        return this.#instance.hasRoomFor(text) ? context.newString(text) : context.undefined;
      }),
    );
  }

  #evaluate(script: string): QuickJSHandle {
    return this.#context.unwrapResult(this.#context.evalCode(script, "bridge.js", { type: "global" }));
  }
}

/** Chromium, Node and Safari throw a RangeError; Firefox has an InternalError of its own. */
function isStackOverflow(error: unknown): boolean {
  return error instanceof RangeError || (error instanceof Error && error.name === "InternalError");
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
