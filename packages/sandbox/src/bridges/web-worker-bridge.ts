import type { BridgeOptions } from "./bridge.ts";
import { EngineBridge } from "./engine-bridge.ts";
import { WebWorkerEngine } from "./web-worker/web-worker-engine.ts";

export interface WebWorkerBridgeOptions extends BridgeOptions {
  /**
   * Where the page's own server has the frame document of this package (`@skerry/sandbox/web-worker-frame.html`). Default:
   * the document is made in the page, which its Content-Security-Policy must then allow
   * (`script-src 'unsafe-inline' 'unsafe-eval'; worker-src blob:`).
   */
  readonly frameUrl?: string;
}

/**
 * Runs guest code in a worker of the browser. For pages only; `execute` is asynchronous there.
 *
 * Where the page is cross-origin isolated, the worker waits while the page answers what the guest needs. Elsewhere a
 * question begins the run anew with its answer at hand: host functions are still called once each, but code that calls
 * them differently each time (with a random value, say) gets `BRIDGE_DATA`.
 *
 * The walls are the browser's: the worker lives in a sandboxed frame with an origin of its own, under a policy that
 * lets it load nothing. A worker that does not answer in time is ended and replaced. Browsers let nobody limit the
 * heap of a worker: `memoryLimitMb` bounds what the guest may send at once, in MiB of characters.
 */
export class WebWorkerBridge extends EngineBridge {
  constructor(options: WebWorkerBridgeOptions = {}) {
    super(new WebWorkerEngine(options), options);
  }
}
