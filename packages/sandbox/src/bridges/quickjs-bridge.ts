import type { BridgeOptions } from "./bridge.ts";
import { EngineBridge } from "./engine-bridge.ts";
import { QuickJsEngine } from "./quickjs/quickjs-engine.ts";

/**
 * Runs guest code in QuickJS, compiled to WebAssembly: no native addon, the same in Node and in browsers. One instance
 * with a memory of its own per bridge.
 *
 * Time and memory are held for whatever the guest does, native loops included. After a time-out or a memory error the
 * instance is put back to the state in which it started. Slower than V8 by one to two orders of magnitude.
 */
export class QuickJsBridge extends EngineBridge {
  constructor(options: BridgeOptions = {}) {
    super(new QuickJsEngine(options), options);
  }
}
