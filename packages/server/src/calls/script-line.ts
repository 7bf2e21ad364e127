import type { CallService } from "./service.ts";

/**
 * Carries the calls of scripts to the service that answers them. The capabilities of a node are there before its
 * runners, and the service is there after them.
 */
export interface ScriptLine {
  /** Nothing runs before it. */
  connect(service: Pick<CallService, "callFromScript">): void;
  /** As {@link CallService.callFromScript}. */
  readonly call: CallService["callFromScript"];
}

export function createScriptLine(): ScriptLine {
  let connected: Pick<CallService, "callFromScript"> | undefined;
  return {
    connect(service) {
      connected = service;
    },
    async call(parent, idOrName, input, options) {
      if (connected === undefined) throw new Error("The line is not connected to the service of calls.");
      return await connected.callFromScript(parent, idOrName, input, options);
    },
  };
}
