import { defineNamespace } from "./namespace.ts";

export const SLEEP = defineNamespace({
  name: "sleep",
  summary: "Waiting.",
  types: `interface SleepOptions {
  /** Ends the wait, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}`,
  calls: {},
  members: {
    "": {
      signature: "(ms: number, options?: SleepOptions): Promise<void>",
      summary:
        "Waits so many milliseconds, which use no computing time. When `ctx.signal` aborts meanwhile, it rejects with that signal's reason.",
      calls: [],
      errors: [],
      example: "await ctx.sleep(50);",
    },
  },
  limits: [{ name: "ms", value: "2147483647" }],
  errors: {},
});
