import { call } from "@skerry/sandbox/guest";
import { objectFreeze } from "../primordials.ts";

/** `ctx.progress(0.4, "message")` */
export const PROGRESS = objectFreeze(async (value: number, message?: string): Promise<void> => {
  await call("progress.report", { value, message });
});
