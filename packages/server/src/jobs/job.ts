import type { JsonValue } from "@skerry/sandbox";
import { z } from "zod";
import { TENANT_ID_PATTERN } from "../db/tenant-scope.ts";
import { JobError } from "./errors.ts";

/** An execution's input travels in its job. What is larger is to be stored elsewhere, and named. */
export const JOB_PAYLOAD_MAX_BYTES = 4 * 1024 * 1024;
/** Jobs that one `sendMany` takes. */
export const JOBS_MAX = 100_000;

const KIND_PATTERN = /^[a-z][a-z0-9.-]{0,62}$/;
/** Postgres has no text with U+0000 in it. */
const KEY_PATTERN = /^[^\0]{1,200}$/u;
const LONGEST_MS = 7 * 24 * 3_600_000;

const key = z
  .string()
  .regex(KEY_PATTERN)
  .refine((text) => text.isWellFormed(), "has a lone surrogate");
const milliseconds = z.int().min(0).max(LONGEST_MS);

const retryPolicy = z.strictObject({
  attempts: z.int().min(1).max(100),
  backoffMs: milliseconds,
  maxBackoffMs: milliseconds,
});

const jobRequest = z.strictObject({
  id: z.uuid().optional(),
  tenantId: z.string().regex(TENANT_ID_PATTERN),
  kind: z.string().regex(KIND_PATTERN),
  key: key.optional(),
  payload: z.unknown(),
  priority: z.int().min(-1_000).max(1_000).optional(),
  startAfter: z.date().optional(),
  retry: retryPolicy,
  concurrency: z
    .strictObject({ key, limit: z.int().min(1).max(10_000), isOrdered: z.boolean().optional() })
    .refine(({ limit, isOrdered = false }) => !isOrdered || limit === 1, "is ordered only with a limit of 1")
    .optional(),
  expireMs: milliseconds.min(1),
});

/**
 * How often a job is tried, and how long between: `backoffMs` after the first failure, twice as long after each
 * further one, `maxBackoffMs` at most, each time shortened by up to a half at random.
 */
export type RetryPolicy = Readonly<z.output<typeof retryPolicy>>;

/** At most `limit` jobs of the tenant with the same `key` run at a time, over all nodes. */
export interface JobConcurrency {
  readonly key: string;
  readonly limit: number;
  /**
   * Whether a job that has failed or was put off keeps its place until it ends, so that those after it wait for it; only
   * with a limit of 1. Default: others go first meanwhile.
   */
  readonly isOrdered?: boolean | undefined;
}

/** A job to send. */
export interface JobRequest {
  /** Of a job that never was before. Default a random one. */
  readonly id?: string | undefined;
  readonly tenantId: string;
  /** Names the handler: lower case letters, digits, `.` and `-`. */
  readonly kind: string;
  /** While a job of this tenant, kind and key waits or runs, another one is not added. 1 to 200 characters. */
  readonly key?: string | undefined;
  /** At most {@link JOB_PAYLOAD_MAX_BYTES} as JSON. */
  readonly payload: JsonValue;
  /** Higher goes first among the tenant's jobs that are due. From -1,000 to 1,000, default 0. */
  readonly priority?: number | undefined;
  /** By the database's clock. Default now. */
  readonly startAfter?: Date | undefined;
  readonly retry: RetryPolicy;
  readonly concurrency?: JobConcurrency | undefined;
  /** How long one attempt may run. */
  readonly expireMs: number;
}

/** Why one attempt did not succeed. */
export interface JobFailure {
  /** Counts from 1. */
  readonly attempt: number;
  readonly code: string;
  readonly message: string;
  /** RFC 3339. */
  readonly at: string;
}

/** A job as its handler gets it. */
export interface Job {
  readonly id: string;
  readonly tenantId: string;
  readonly kind: string;
  readonly key: string | null;
  readonly payload: JsonValue;
  readonly priority: number;
  /** This one, counted from 1. */
  readonly attempt: number;
  /** How often the job was taken, counted from 1: also where that was no attempt or the attempt is to be made again. */
  readonly claim: number;
  readonly retry: RetryPolicy;
  readonly expireMs: number;
  /** Of the attempts before, oldest first. */
  readonly failures: readonly JobFailure[];
  /** When this attempt could begin, by the database's clock. */
  readonly dueAt: Date;
  readonly createdAt: Date;
}

/** A request that was checked, with its payload as JSON text. */
export interface CheckedJob extends Omit<JobRequest, "payload"> {
  readonly payload: string;
}

/** @throws JobError `JOB_INVALID` or `JOB_PAYLOAD_SIZE`. */
export function checkJob(request: JobRequest): CheckedJob {
  const { success, error } = jobRequest.safeParse(request);
  if (!success) {
    const [issue] = error.issues;
    throw new JobError("JOB_INVALID", `The job's ${issue?.path.join(".") || "fields"}: ${issue?.message}.`);
  }
  // What JSON has no text for, such as undefined, comes out as undefined.
  const payload = JSON.stringify(request.payload) as string | undefined;
  if (payload === undefined) {
    throw new JobError("JOB_INVALID", `The job's payload is no JSON value but ${typeof request.payload}.`);
  }
  const bytes = Buffer.byteLength(payload);
  if (bytes > JOB_PAYLOAD_MAX_BYTES) {
    throw new JobError(
      "JOB_PAYLOAD_SIZE",
      `The payload of the job ${request.kind} has ${bytes} bytes; at most ${JOB_PAYLOAD_MAX_BYTES} are taken. ` +
        "Store the data, and send its id.",
    );
  }
  return { ...request, payload };
}
