import { BridgeError } from "@skerry/sandbox/bridges";

export { QuickJsBridge } from "@skerry/sandbox/quickjs";
export { WebWorkerBridge } from "@skerry/sandbox/web-worker";

/** Not in browsers: throws BridgeError `BRIDGE_START`. */
export const ProcessBridge = createMissing("ProcessBridge");
/** Not in browsers: throws BridgeError `BRIDGE_START`. */
export const IsolatedVmBridge = createMissing("IsolatedVmBridge");

function createMissing(name: string): new () => never {
  return function refuse() {
    throw new BridgeError(
      "BRIDGE_START",
      `${name} needs Node: in a browser use WebWorkerBridge or QuickJsBridge`,
    );
  } as unknown as new () => never;
}
