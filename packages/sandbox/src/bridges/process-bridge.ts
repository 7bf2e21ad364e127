import type { IsolationPolicy } from "../supervisor/isolation.ts";
import { type BridgeOptions, DEFAULT_BRIDGE_MEMORY_MB } from "./bridge.ts";
import { EngineBridge } from "./engine-bridge.ts";
import { ProcessEngine, type ProcessTransport } from "./process/process-engine.ts";

export type { ProcessTransport };

export interface ProcessBridgeOptions extends BridgeOptions {
  /** Which walls stand around the process. Default `full`. */
  readonly isolation?: IsolationPolicy;
  /** How the process is reached. Default: `fifos` where the system has them, else `socket`. */
  readonly transport?: ProcessTransport;
}

/**
 * A guest in a locked-down process of its own: for code of authors that nobody trusts. Whatever happens to the process,
 * the host lives, the call ends with an error, and the next one gets a fresh process by itself. `executeSync` works
 * over FIFOs; over a socket the bridge is asynchronous only.
 */
export class ProcessBridge extends EngineBridge {
  constructor(options: ProcessBridgeOptions = {}) {
    const engine = new ProcessEngine({
      memoryLimitMb: options.memoryLimitMb ?? DEFAULT_BRIDGE_MEMORY_MB,
      isolation: options.isolation ?? "full",
      transport: options.transport,
    });
    super(engine, options);
  }
}
