import vm from "node:vm";
import { bridgeKernelBundle } from "#bundles";
import type { BridgeOptions } from "./bridge.ts";
import { EngineBridge } from "./engine-bridge.ts";
import { describeTimeout, type Engine, EngineFailure, type HostAnswer } from "./engine.ts";
import { BridgeError } from "./errors.ts";

/**
 * Runs guest code in a `node:vm` context of this very isolate. It isolates nothing and holds no memory limit: for tests
 * of what lies above the engine, where a debugger should reach everything.
 */
export class NodeVmBridge extends EngineBridge {
  constructor(options: BridgeOptions = {}) {
    super(new NodeVmEngine(), options);
  }
}

interface Realm {
  readonly context: vm.Context;
  receive: (message: string) => string;
}

/** Calls what stands ready in {@link turn}: only scripts have a time limit. */
const TURN_KEY = Symbol.for("skerry.node-vm-bridge.turn");
const turnScript = new vm.Script(`globalThis[Symbol.for("skerry.node-vm-bridge.turn")]()`);
/** Microtasks of a context with a queue of its own run after a script in it. */
const drainScript = new vm.Script("");

class NodeVmEngine implements Engine {
  readonly isSynchronous = true;
  #kernel = "";
  #guestBundle = "";
  #realm: Realm | undefined;
  #answer: HostAnswer = () => "";

  async start(guestBundle: string): Promise<void> {
    this.#guestBundle = guestBundle;
    this.#kernel = await bridgeKernelBundle();
    this.#open();
  }

  async run(message: string, answer: HostAnswer, timeoutMs: number): Promise<string> {
    return this.runSync(message, answer, timeoutMs);
  }

  runSync(message: string, answer: HostAnswer, timeoutMs: number): string {
    const { context, receive } = this.#open();
    const timeout = Math.ceil(timeoutMs);
    this.#answer = answer;
    try {
      Reflect.set(globalThis, TURN_KEY, () => receive(message));
      const text = turnScript.runInThisContext({ timeout }) as string;
      drainScript.runInContext(context, { timeout });
      return text;
    } catch (error) {
      this.#realm = undefined;
      if ((error as NodeJS.ErrnoException).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
      throw new EngineFailure("BRIDGE_TIMEOUT", describeTimeout(timeoutMs));
    } finally {
      Reflect.deleteProperty(globalThis, TURN_KEY);
    }
  }

  async dispose(): Promise<void> {
    this.#realm = undefined;
  }

  #open(): Realm {
    if (this.#realm) return this.#realm;
    // An ordinary global object, which can be frozen; a contextified one cannot.
    const context = vm.createContext(vm.constants.DONT_CONTEXTIFY, { microtaskMode: "afterEvaluate" });
    try {
      vm.runInContext(this.#kernel, context);
      vm.runInContext(this.#guestBundle, context);
      const attach = vm.runInContext("__attachBridge", context) as (ask: HostAnswer) => Realm["receive"];
      this.#realm = { context, receive: attach((question) => this.#answer(question)) };
    } catch (error) {
      throw new BridgeError("BRIDGE_START", `the guest bundle failed: ${(error as Error).message}`);
    }
    return this.#realm;
  }
}
