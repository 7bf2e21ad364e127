/** What stands above every bridge and needs no engine: this part of the package runs in browsers too. */
export { createBridgePool } from "./bridge-pool/bridge-pool.ts";
export type { BridgePool } from "./bridge-pool/bridge-pool.ts";
export type { BridgeLease } from "./bridge-pool/lease.ts";
export type { BridgePoolOptions } from "./bridge-pool/options.ts";
export type { BridgePoolStats } from "./bridge-pool/stats.ts";
export type {
  BridgeOptions,
  BridgeScope,
  ExecuteOptions,
  GuestRuntime,
  RuntimeBridge,
  TransferType,
} from "./bridges/bridge.ts";
export { BRIDGE_ERRORS, BridgeError } from "./bridges/errors.ts";
export type { BridgeErrorCode } from "./bridges/errors.ts";
export type { HostData } from "./bridges/host-data.ts";
export type { JsonObject, JsonValue } from "./json.ts";
export { stringifyPlainData } from "./bridges/host-plain.ts";
export { copyPlainData } from "./bridges/plain-copy.ts";
