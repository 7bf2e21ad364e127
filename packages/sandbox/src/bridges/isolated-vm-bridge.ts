import { createRequire } from "node:module";
import { bridgeKernelBundle } from "#bundles";
import type ivm from "isolated-vm";
import { type BridgeOptions, DEFAULT_BRIDGE_MEMORY_MB } from "./bridge.ts";
import { EngineBridge } from "./engine-bridge.ts";
import {
  describeExhaustion,
  describeTimeout,
  type Engine,
  EngineFailure,
  type HostAnswer,
} from "./engine.ts";
import { BridgeError } from "./errors.ts";
import type { Failure } from "./guest/wire.ts";

const MEBIBYTE = 1024 * 1024;
const REQUIRED_FLAG = "--no-node-snapshot";
/** What isolated-vm says. */
const TIMEOUT_MESSAGE = "Script execution timed out.";
/** What a guest is told that asks after its time; whatever it does with it, its time is over. */
const LATE_ANSWER = JSON.stringify({ code: "BRIDGE_TIMEOUT", message: "the time is over" } satisfies Failure);

/**
 * Runs guest code in a V8 isolate inside this process: the fastest bridge, for trusted authors only. A hostile guest
 * can end the whole process, because some of V8's out-of-memory errors are fatal; strangers' code belongs into
 * `ProcessBridge`.
 *
 * Node must be started with `--no-node-snapshot`, else `initialize` rejects with `BRIDGE_START`.
 */
export class IsolatedVmBridge extends EngineBridge {
  constructor(options: BridgeOptions = {}) {
    super(new IsolatedVmEngine(options), options);
  }
}

/** One isolate with a kernel that takes messages. */
interface Realm {
  readonly isolate: ivm.Isolate;
  readonly receive: ivm.Reference<(message: string) => string>;
  /** The answer to the last message, empty when there is none. */
  readonly lastAnswer: ivm.Reference<() => string>;
}

const ATTACH = `
const receive = __attachBridge($0);
let answer = "";
return {
  receive(message) {
    answer = "";
    return (answer = receive(message));
  },
  lastAnswer: () => answer,
};`;

class IsolatedVmEngine implements Engine {
  readonly isSynchronous = true;
  readonly #options: BridgeOptions;
  #ivm: typeof ivm | undefined;
  #kernel = "";
  #guestBundle = "";
  #realm: Realm | undefined;
  #answer: HostAnswer = () => LATE_ANSWER;
  #isLate = false;

  constructor(options: BridgeOptions) {
    this.#options = options;
  }

  async start(guestBundle: string): Promise<void> {
    this.#ivm ??= loadIsolatedVm();
    this.#guestBundle = guestBundle;
    this.#kernel = await bridgeKernelBundle();
    if (this.#ivm) this.#open(this.#ivm);
  }

  async run(message: string, answer: HostAnswer, timeoutMs: number): Promise<string> {
    const { receive } = this.#begin(answer, timeoutMs);
    try {
      return this.#checkTime(await receive.apply(undefined, [message], { timeout: wholeMs(timeoutMs) }));
    } catch (error) {
      return this.#end(error, timeoutMs);
    }
  }

  runSync(message: string, answer: HostAnswer, timeoutMs: number): string {
    const { receive } = this.#begin(answer, timeoutMs);
    try {
      return this.#checkTime(receive.applySync(undefined, [message], { timeout: wholeMs(timeoutMs) }));
    } catch (error) {
      return this.#end(error, timeoutMs);
    }
  }

  memoryMb(): number | undefined {
    const isolate = this.#realm?.isolate;
    if (!isolate || isolate.isDisposed) return undefined;
    const { used_heap_size: heap, externally_allocated_size: external } = isolate.getHeapStatisticsSync();
    return (heap + external) / MEBIBYTE;
  }

  async dispose(): Promise<void> {
    this.#close();
    this.#ivm = undefined;
  }

  #begin(answer: HostAnswer, timeoutMs: number): Realm {
    if (!this.#ivm) throw new EngineFailure("BRIDGE_LOST", "the engine is not started");
    const deadline = performance.now() + timeoutMs;
    this.#isLate = false;
    this.#answer = (question) => {
      if (this.#isLate) return LATE_ANSWER;
      const text = answer(question);
      // isolated-vm stops its clock while the host works.
      this.#isLate = performance.now() > deadline;
      return this.#isLate ? LATE_ANSWER : text;
    };
    return this.#open(this.#ivm);
  }

  #open(engine: typeof ivm): Realm {
    if (this.#realm && !this.#realm.isolate.isDisposed) return this.#realm;
    const isolate = new engine.Isolate({
      memoryLimit: this.#options.memoryLimitMb ?? DEFAULT_BRIDGE_MEMORY_MB,
    });
    try {
      const context = isolate.createContextSync();
      context.evalSync(this.#kernel, { filename: "bridge-kernel.js" });
      context.evalSync(this.#guestBundle, { filename: "guest-bundle.js" });
      const ask = new engine.Callback((question: string) => this.#answer(question));
      const attached = context.evalClosureSync(ATTACH, [ask], {
        result: { reference: true },
      }) as ivm.Reference<{
        receive(message: string): string;
        lastAnswer(): string;
      }>;
      this.#realm = {
        isolate,
        receive: attached.getSync("receive", { reference: true }),
        lastAnswer: attached.getSync("lastAnswer", { reference: true }),
      };
    } catch (error) {
      isolate.dispose();
      throw new BridgeError("BRIDGE_START", `the guest bundle failed: ${(error as Error).message}`);
    }
    return this.#realm;
  }

  #checkTime(text: string): string {
    if (this.#isLate) throw new Error(TIMEOUT_MESSAGE);
    return text;
  }

  /** The answer, when there is one all the same; else says why there is none. */
  #end(error: unknown, timeoutMs: number): string {
    const message = error instanceof Error ? error.message : "";
    const isTimeout = message === TIMEOUT_MESSAGE;
    const isDisposed = this.#realm?.isolate.isDisposed !== false;
    // isolated-vm throws what a promise of the guest was rejected with when nobody handles it.
    const text = isTimeout || isDisposed ? "" : this.#realm?.lastAnswer.applySync();
    if (text) return text;
    // A kernel that was stopped somewhere in its work is not asked again.
    this.#close();
    if (isTimeout) throw new EngineFailure("BRIDGE_TIMEOUT", describeTimeout(timeoutMs));
    const { memoryLimitMb = DEFAULT_BRIDGE_MEMORY_MB } = this.#options;
    throw isDisposed && message.includes("memory limit")
      ? new EngineFailure("BRIDGE_MEMORY", describeExhaustion(memoryLimitMb))
      : new EngineFailure("BRIDGE_LOST", `the isolate ended: ${message}`);
  }

  #close(): void {
    if (this.#realm && !this.#realm.isolate.isDisposed) this.#realm.isolate.dispose();
    this.#realm = undefined;
  }
}

/** Not an import: the package root must load in processes that never use this bridge, and without the flag. */
function loadIsolatedVm(): typeof ivm {
  const flags = [...process.execArgv, ...(process.env["NODE_OPTIONS"] ?? "").split(/\s+/)];
  if (!flags.includes(REQUIRED_FLAG)) {
    throw new BridgeError(
      "BRIDGE_START",
      `isolated-vm crashes in a Node process that was started without ${REQUIRED_FLAG}: start it as "node ${REQUIRED_FLAG} …", or set NODE_OPTIONS=${REQUIRED_FLAG}`,
    );
  }
  try {
    return createRequire(import.meta.url)("isolated-vm") as typeof ivm;
  } catch (error) {
    throw new BridgeError("BRIDGE_START", `isolated-vm could not be loaded: ${(error as Error).message}`);
  }
}

/** A part of a millisecond would count as no limit. */
function wholeMs(timeoutMs: number): number {
  return Math.ceil(timeoutMs);
}
