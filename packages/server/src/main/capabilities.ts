import type { Capability } from "@skerry/sandbox";
import { createCacheCapabilities } from "../capabilities/cache.ts";
import { createHttpCapability } from "../capabilities/http/capability.ts";

/** Every capability that a script gets, with the connections and memory behind them. */
export interface CapabilitySet extends AsyncDisposable {
  readonly capabilities: readonly Capability[];
}

/** Makes the capabilities of one node, or of one `skerry exec`. */
export function createCapabilities(): CapabilitySet {
  const http = createHttpCapability();
  return {
    capabilities: [http, ...createCacheCapabilities()],
    [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
  };
}
