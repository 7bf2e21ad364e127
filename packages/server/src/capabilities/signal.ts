import { defineNamespace } from "./namespace.ts";

export const SIGNAL = defineNamespace({
  name: "signal",
  summary: "The end of the execution's time.",
  calls: {},
  members: {
    "": {
      signature: ": AbortSignal",
      summary:
        "Aborts shortly before the execution's time is over, so that what is under way can be ended in order: a tenth of `ctx.limits.wallMs` before, at most a second. An execution that is cancelled ends at once, without notice.",
      calls: [],
      errors: [],
      example: `for (let row = 0; row < 100 && !ctx.signal.aborted; row++) {
  await ctx.cache.set("row", row);
}`,
    },
  },
  limits: [],
  errors: {},
});
