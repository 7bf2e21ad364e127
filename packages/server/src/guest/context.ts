import { beginCache } from "./ctx/cache.ts";
import { DB } from "./ctx/db.ts";
import { EVENTS } from "./ctx/events.ts";
import { EXPRESSIONS } from "./ctx/expressions.ts";
import { HTTP } from "./ctx/http.ts";
import { createLimits } from "./ctx/limits.ts";
import { LOG } from "./ctx/log.ts";
import { PROGRESS } from "./ctx/progress.ts";
import { SCRIPTS } from "./ctx/scripts.ts";
import { SECRETS } from "./ctx/secrets.ts";
import { beginServices } from "./ctx/services.ts";
import { SIGNAL, beginSignal } from "./ctx/signal.ts";
import { SLEEP } from "./ctx/sleep.ts";
import { STORAGE } from "./ctx/storage.ts";
import { objectDefineProperty } from "./primordials.ts";

/** Fields that the host gives per execution. */
const META_FIELDS = ["tenant", "script", "execution", "trigger", "user", "limits"] as const;
/** Where the host names no limits. */
const MAX_WALL_MS = 2 ** 31 - 1;

/** Fills `ctx` of one execution from the host's context. What is the same for all executions lies frozen in the snapshot. */
export function buildContext(ctx: Record<string, unknown>, meta: Record<string, unknown>): void {
  ctx["log"] = LOG;
  ctx["http"] = HTTP;
  ctx["expressions"] = EXPRESSIONS;
  ctx["cache"] = beginCache();
  ctx["db"] = DB;
  ctx["events"] = EVENTS;
  ctx["progress"] = PROGRESS;
  ctx["secrets"] = SECRETS;
  ctx["scripts"] = SCRIPTS;
  ctx["services"] = beginServices();
  ctx["sleep"] = SLEEP;
  ctx["storage"] = STORAGE;
  objectDefineProperty(ctx, "signal", SIGNAL);
  for (let index = 0; index < META_FIELDS.length; index++) {
    const field = META_FIELDS[index] as string;
    ctx[field] = meta[field] ?? null;
  }
  const limits = meta["limits"] as { readonly wallMs: number } | undefined;
  beginSignal(limits?.wallMs ?? MAX_WALL_MS);
  if (limits !== undefined) ctx["limits"] = createLimits(limits);
}
