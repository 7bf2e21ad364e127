export { createBridgePool } from "./bridge-pool/bridge-pool.ts";
export type { BridgePool } from "./bridge-pool/bridge-pool.ts";
export type { BridgeLease } from "./bridge-pool/lease.ts";
export type { BridgePoolOptions } from "./bridge-pool/options.ts";
export type { BridgePoolStats } from "./bridge-pool/stats.ts";
export { DEFAULT_BRIDGE_MEMORY_MB, DEFAULT_BRIDGE_TIMEOUT_MS } from "./bridges/bridge.ts";
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
export { IsolatedVmBridge } from "./bridges/isolated-vm-bridge.ts";
export { ProcessBridge } from "./bridges/process-bridge.ts";
export type { ProcessBridgeOptions } from "./bridges/process-bridge.ts";
export { QuickJsBridge } from "./bridges/quickjs-bridge.ts";
export { WebWorkerBridge } from "./bridges/web-worker-bridge.ts";
export type { WebWorkerBridgeOptions } from "./bridges/web-worker-bridge.ts";
export { CapabilityError, defineCapability } from "./capability.ts";
export type { Capability, CapabilityCall, CapabilityReply, InputSchema } from "./capability.ts";
export { SANDBOX_ERRORS, SandboxError } from "./errors.ts";
export type { ErrorKind, SandboxErrorCode } from "./errors.ts";
export type {
  CapabilityTable,
  ExecutionFailure,
  ExecutionRequest,
  ExecutionResult,
  RunnerSource,
  ExecutionStatus,
  OutputChunks,
  Payload,
  Program,
} from "./execution.ts";
export type { JsonObject, JsonValue } from "./json.ts";
export { LOG_LEVELS } from "./log-line.ts";
export type { LogLevel, LogLine } from "./log-line.ts";
export { DEFAULT_LIMITS, MAX_NOTED_CALLS, createUsage } from "./limits.ts";
export type { ExecutionLimits, ExecutionUsage, NotedCall } from "./limits.ts";
export { createRunnerPool } from "./pool/pool.ts";
export type { PoolStats, RunnerPool, RunnerState } from "./pool/pool.ts";
export type { RunnerPoolOptions } from "./pool/options.ts";
export { detectIsolation } from "./supervisor/isolation.ts";
export type {
  IsolationLevel,
  IsolationPolicy,
  IsolationReport,
  Wall,
  WallName,
} from "./supervisor/isolation.ts";
export type { RunnerEndReason } from "./supervisor/runner-process.ts";
