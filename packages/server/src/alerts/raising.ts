import type { JsonObject } from "@skerry/sandbox";
import type { Queries } from "../db/tenant-scope.ts";
import { eventOf } from "../events/failure.ts";
import type { FinalFailure } from "../executions/queued.ts";
import type { JobRequest } from "../jobs/job.ts";
import type { Alert, AlertChannel, AlertOrder } from "./alert.ts";
import { findFailedProgram, openAlertWindow } from "./repository.ts";
import { DEFAULT_THROTTLE_MS } from "./settings.ts";
import type { FailureSettings } from "./settings.ts";

/** The kind of the jobs that deliver alerts. */
export const ALERT_JOB = "alert";

/** Ten attempts within 17 to 34 minutes. */
const RETRY = { attempts: 10, backoffMs: 2_000, maxBackoffMs: 15 * 60_000 } as const;
const ATTEMPT_MS = 60_000;
/** Receivers that do not answer must not take the tenant's other jobs all places. */
const CONCURRENCY = { key: "alerts", limit: 4 } as const;
/** Before executions that wait: it is about one that failed already. */
const PRIORITY = 100;

/**
 * The jobs that tell of an execution which was given up, to be sent within the transaction that gives it up: none for
 * channels that told of a failure of this script within their window.
 */
export async function planAlerts(
  queries: Queries,
  failed: FinalFailure,
  baseUrl: string,
): Promise<readonly JobRequest[]> {
  const { tenantId, scriptId, attempts } = failed;
  const last = attempts.at(-1);
  const program = last && (await findFailedProgram(queries, tenantId, last.executionId));
  if (last === undefined || program?.onFailure === undefined) return [];
  const { script, version, onFailure } = program;
  const { throttleMs: windowMs = DEFAULT_THROTTLE_MS } = onFailure;
  const event = eventOf(failed);
  const alert: Omit<Alert, "leftOut"> = {
    at: last.at,
    scriptId,
    script,
    version,
    trigger: failed.trigger,
    event: event === undefined ? null : { id: event.id, type: event.type },
    executionId: last.executionId,
    executionUrl: baseUrl === "" ? null : `${baseUrl}/t/${tenantId}/executions/${last.executionId}`,
    error: { code: last.code, message: last.message },
    attempts: attempts.length,
  };
  const depth = event === undefined ? 0 : event.depth + 1;
  const { trace } = failed.correlation;

  const jobs: JobRequest[] = [];
  for (const [channel, receivers] of listReceivers(onFailure)) {
    const leftOut = await openAlertWindow(queries, { tenantId, scriptId, channel, windowMs });
    if (leftOut === undefined) continue;
    const orders = receivers.map((receiver) => ({ ...receiver, depth, trace, alert: { ...alert, leftOut } }));
    jobs.push(...orders.map((order) => createAlertJob(tenantId, order)));
  }
  return jobs;
}

type Receiver =
  | Pick<Extract<AlertOrder, { channel: "webhook" }>, "channel" | "url" | "secret">
  | Pick<Extract<AlertOrder, { channel: "email" }>, "channel" | "to">;

/** Each address gets a job of its own, so that trouble with one tells nobody twice. */
function listReceivers({
  webhook,
  email,
}: FailureSettings): (readonly [AlertChannel, readonly Receiver[]])[] {
  const receivers: (readonly [AlertChannel, readonly Receiver[]])[] = [];
  if (webhook !== undefined) {
    const { url, secret } = webhook;
    receivers.push(["webhook", [{ channel: "webhook", url, secret }]]);
  }
  if (email !== undefined) receivers.push(["email", email.map((to) => ({ channel: "email", to }))]);
  return receivers;
}

function createAlertJob(tenantId: string, order: AlertOrder): JobRequest {
  return {
    tenantId,
    kind: ALERT_JOB,
    payload: order as unknown as JsonObject,
    priority: PRIORITY,
    retry: RETRY,
    concurrency: CONCURRENCY,
    expireMs: ATTEMPT_MS,
  };
}
