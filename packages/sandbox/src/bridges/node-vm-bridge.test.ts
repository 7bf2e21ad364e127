import { stop as stopEsbuild } from "esbuild";
import { afterAll } from "vitest";
import { describeBridge } from "../../test/bridge-conformance.ts";
import { NodeVmBridge } from "./node-vm-bridge.ts";

afterAll(stopEsbuild);

describeBridge("NodeVmBridge", (options) => new NodeVmBridge(options), {
  isShared: true,
  isUnbounded: true,
  isImmediate: true,
});
