import type { Logger } from "pino";
import type { EgressOptions } from "../capabilities/http/sender.ts";
import { afterCommit } from "../db/tenant-scope.ts";
import type { QueuedExecutions } from "../executions/queued.ts";
import type { Tracing } from "../observability/tracing.ts";
import type { QuotaService } from "../quotas/service.ts";
import type { SecretVault } from "../secrets/vault.ts";
import { aboutAlert, createAlertHandler, tellUndelivered } from "./delivery.ts";
import { createMailer } from "./mailer.ts";
import type { MailOptions } from "./mailer.ts";
import { ALERT_JOB, planAlerts } from "./raising.ts";
import { createWebhookSender } from "./webhook.ts";

export interface AlertsOptions {
  readonly logger: Logger;
  readonly vault: Pick<SecretVault, "prepare" | "redact" | "read">;
  readonly quotas: Pick<QuotaService, "termsOf">;
  readonly queued: Pick<QueuedExecutions, "onFinalFailure" | "jobs">;
  readonly tracing: Tracing;
  /** Default: no e-mail is sent. */
  readonly mail?: MailOptions | undefined;
  /** Where webhooks may go. */
  readonly egress?: EgressOptions | undefined;
  /** Links begin with it; empty for no links. */
  readonly baseUrl: string;
}

/**
 * Tells of queued executions that are given up as their scripts wish, from now on: each message at least once, and at
 * most one of a script and channel in each window, over all nodes.
 */
export function startAlerts(options: AlertsOptions): AsyncDisposable {
  const { logger, vault, quotas, queued, tracing, mail, egress, baseUrl } = options;
  const { jobs } = queued;
  const capabilitiesOf = async (tenantId: string) => (await quotas.termsOf(tenantId)).capabilities;
  const webhooks = createWebhookSender({ ...egress, vault, capabilitiesOf });
  const mailer = mail && createMailer(mail, logger);
  queued.onFinalFailure(async (queries, failed) => {
    for (const job of await planAlerts(queries, failed, baseUrl)) await jobs.send(queries, job);
  });
  jobs.work(ALERT_JOB, createAlertHandler({ vault, webhooks, mailer, tracing }), async (queries, job) => {
    await tellUndelivered(queries, job);
    const { id, tenantId, failures } = job;
    const about = { tenant: tenantId, ...aboutAlert(job), job: id };
    const { code } = failures.at(-1) ?? {};
    afterCommit(queries, () => logger.warn({ ...about, code }, "an alert could not be delivered"));
  });
  return webhooks;
}
