/** Names of what capabilities are told of the execution that calls, beside `script`, its script's id. */
export const ATTRIBUTES = {
  scriptName: "scriptName",
  /** 0 for a draft. */
  version: "version",
  /** Who started it, e.g. `user:0198…`; absent where nobody is known. */
  actor: "actor",
  requestId: "requestId",
  /** Where in a trace the call is made; absent where nothing traces. */
  trace: "trace",
  /** Most capability calls of the execution. */
  capabilityCalls: "capabilityCalls",
  /** How many executions wait for the one that calls; absent for 0. */
  callDepth: "callDepth",
  /** The first of those that wait. */
  callRoot: "callRoot",
} as const;
