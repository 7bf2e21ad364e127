import { randomUUIDv7 } from "node:crypto";
import type { Queries } from "../db/tenant-scope.ts";
import { MAX_EVENT_DEPTH } from "../events/publisher.ts";
import { insertEvents } from "../events/repository.ts";
import type { JobHandler } from "../jobs/attempt.ts";
import { FinalError } from "../jobs/errors.ts";
import type { Job } from "../jobs/job.ts";
import { traceAttempts } from "../observability/job-spans.ts";
import type { TraceContext } from "../observability/trace-context.ts";
import type { Tracing } from "../observability/tracing.ts";
import type { SecretVault } from "../secrets/vault.ts";
import { describeAlert } from "./alert.ts";
import type { Alert, AlertOrder } from "./alert.ts";
import type { AlertErrorCode } from "./errors.ts";
import { writeMail } from "./mail-text.ts";
import type { Mailer } from "./mailer.ts";
import type { WebhookSender } from "./webhook.ts";

/** The event that tells of a message which could not be delivered. */
export const ALERT_FAILED = "alert.failed";

export interface AlertHandlerOptions {
  readonly vault: Pick<SecretVault, "prepare" | "redact">;
  readonly webhooks: WebhookSender;
  /** Undefined where there is no mail server. */
  readonly mailer: Mailer | undefined;
  readonly tracing: Tracing;
}

/** Delivers one message. The id of the job is that of the message. */
export function createAlertHandler(options: AlertHandlerOptions): JobHandler {
  const { vault, webhooks, mailer, tracing } = options;

  /** Errors were kept without the values of secrets; this is for what else may name one, and for newer secrets. */
  async function redact(tenantId: string, alert: Alert): Promise<Alert> {
    await vault.prepare(tenantId);
    return JSON.parse(vault.redact(tenantId, JSON.stringify(alert))) as Alert;
  }

  const traceOf = (job: Job): TraceContext | undefined => readAlertOrder(job).trace;
  return traceAttempts(tracing, traceOf, async (job, signal, trace) => {
    const { id, tenantId } = job;
    const order = readAlertOrder(job);
    const alert = await redact(tenantId, order.alert);
    if (order.channel === "webhook") {
      const { url, secret } = order;
      const body = JSON.stringify(describeAlert(tenantId, alert));
      await webhooks.send({ tenantId, url, secret }, { id, body, trace }, signal);
      return;
    }
    if (mailer === undefined) throw refuseMail();
    await mailer.send({ id, at: new Date(alert.at), to: order.to, ...writeMail(tenantId, alert) }, signal);
  });
}

/**
 * Tells by an event of a message that was given up, within the transaction that gives it up. Where events led to the
 * failure that it tells of, this one is as deep as another event would be, and none is deeper than the last.
 */
export async function tellUndelivered(queries: Queries, job: Job): Promise<void> {
  const { tenantId, failures } = job;
  const { alert, depth, trace, channel } = readAlertOrder(job);
  if (depth > MAX_EVENT_DEPTH) return;
  const { scriptId, executionId } = alert;
  const last = failures.at(-1);
  const error = last === undefined ? null : { code: last.code, message: last.message };
  const payload = { scriptId, executionId, channel, error, attempts: failures.length };
  const event = { id: randomUUIDv7(), type: ALERT_FAILED, payload };
  await insertEvents(queries, tenantId, [event], { actor: `script:${scriptId}`, depth, trace });
}

/** The execution that an alert is about, for the log. */
export function aboutAlert(job: Job): { readonly script: string; readonly execution: string } {
  const { scriptId: script, executionId: execution } = readAlertOrder(job).alert;
  return { script, execution };
}

function readAlertOrder({ payload }: Job): AlertOrder {
  return payload as unknown as AlertOrder;
}

function refuseMail(): FinalError {
  const code: AlertErrorCode = "MAIL_NOT_CONFIGURED";
  return new FinalError("This installation sends no e-mail.", { code });
}
