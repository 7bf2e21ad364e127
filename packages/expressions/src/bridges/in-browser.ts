import { BridgeError } from "@skerry/sandbox/bridges";

export { QuickJsBridge } from "@skerry/sandbox/quickjs";
export { WebWorkerBridge } from "@skerry/sandbox/web-worker";

/** Not in browsers: the constructor throws BridgeError `BRIDGE_START`. */
export class ProcessBridge {
  constructor() {
    throw needsNode("ProcessBridge");
  }
}

/** Not in browsers: the constructor throws BridgeError `BRIDGE_START`. */
export class IsolatedVmBridge {
  constructor() {
    throw needsNode("IsolatedVmBridge");
  }
}

function needsNode(name: string): BridgeError {
  return new BridgeError(
    "BRIDGE_START",
    `${name} needs Node: in a browser use WebWorkerBridge or QuickJsBridge`,
  );
}
