import { call } from "@skerry/sandbox/guest";
import { objectDefineProperty, objectFreeze } from "../primordials.ts";

/** `ctx.limits.remaining()`; it is not enumerable. */
const REMAINING = objectFreeze({
  __proto__: null,
  value: objectFreeze(async () => (await call("limits.remaining", {})).value as unknown),
});

/** `ctx.limits`: the numbers of this execution as data, and the tenant's quotas for the asking. */
export function createLimits(limits: object): object {
  return objectFreeze(objectDefineProperty({ ...limits }, "remaining", REMAINING));
}
