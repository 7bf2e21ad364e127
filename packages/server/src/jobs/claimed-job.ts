import type { Job, JobFailure } from "./job.ts";

/** A job that this node runs; its claim number proves that it still does. */
export type ClaimedJob = Job;

/** What is read of a row of the table `jobs`. */
export interface JobRow {
  readonly tenant_id: string;
  readonly id: string;
  readonly kind: string;
  readonly key: string | null;
  readonly payload: Job["payload"];
  readonly priority: number;
  readonly attempts: number;
  readonly max_attempts: number;
  readonly backoff_ms: number;
  readonly max_backoff_ms: number;
  readonly expire_ms: number;
  readonly failures: readonly JobFailure[];
  readonly claims: number;
  readonly run_at: Date;
  readonly created_at: Date;
}

export function toClaimedJob(row: JobRow): ClaimedJob {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    kind: row.kind,
    key: row.key,
    payload: row.payload,
    priority: row.priority,
    attempt: row.attempts,
    retry: { attempts: row.max_attempts, backoffMs: row.backoff_ms, maxBackoffMs: row.max_backoff_ms },
    expireMs: row.expire_ms,
    failures: row.failures,
    dueAt: row.run_at,
    createdAt: row.created_at,
    claim: row.claims,
  };
}
