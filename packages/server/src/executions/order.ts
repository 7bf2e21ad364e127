import type { JsonObject, JsonValue } from "@skerry/sandbox";
import type { ExecutionTrigger } from "../db/schema.ts";
import type { Job, JobConcurrency, JobRequest, RetryPolicy } from "../jobs/job.ts";
import { SkerryError } from "../problems/errors.ts";
import type { Provenance } from "./record.ts";

/** The kind of the jobs that run executions. */
export const EXECUTION_JOB = "execution";

/** A wish for an execution that is kept until a worker node fulfils it. */
export interface QueuedOrder {
  readonly tenantId: string;
  readonly scriptId: string;
  /** 0 for the draft. Default the version that is published when it starts. */
  readonly version?: number | undefined;
  readonly trigger: ExecutionTrigger;
  /** What `ctx.trigger` tells beside the type. */
  readonly triggerFields?: JsonObject | undefined;
  readonly input: JsonValue;
  /** An order with the key of another one of the tenant is not taken, as long as that one is in the history. */
  readonly key?: string | undefined;
  /** By the database's clock. Default now. */
  readonly startAfter?: Date | undefined;
  /** As of a job. */
  readonly priority?: number | undefined;
  /**
   * How often it may fail; an attempt whose node was lost is no failure and is made up for up to twice. Default once.
   */
  readonly retry?: RetryPolicy | undefined;
  /** As of a job. */
  readonly concurrency?: JobConcurrency | undefined;
  readonly correlation?: Provenance | undefined;
  /** Can only shorten the script's own `wallMs`. */
  readonly timeoutMs?: number | undefined;
  /** Whether each attempt first asks the filter of the version that it would run. */
  readonly asksFilter?: boolean | undefined;
}

/** What the job of an order carries. */
interface OrderPayload {
  readonly scriptId: string;
  readonly version?: number;
  readonly trigger: ExecutionTrigger;
  readonly triggerFields?: JsonObject;
  /** RFC 3339. */
  readonly startAfter?: string;
  readonly input: JsonValue;
  readonly attempts: number;
  readonly correlation?: JsonObject;
  readonly timeoutMs?: number;
  readonly asksFilter?: boolean;
}

/** An order as its job tells it. */
export interface PlacedOrder extends OrderPayload {
  readonly tenantId: string;
  /** Of the job, and of the first attempt. */
  readonly id: string;
  readonly correlation?: Provenance & JsonObject;
}

/** Input as JSON text. Numbers such as `1e20` are longer there than in a request's body. */
const INPUT_MAX_BYTES = 2 * 1024 * 1024;
const NO_RETRY: RetryPolicy = { attempts: 1, backoffMs: 1_000, maxBackoffMs: 60_000 };
/** For nodes that are lost. A program that takes its node with it must not go on to take them all. */
const SPARE_ATTEMPTS = 2;
/** No execution runs longer: 15 minutes in a runner, and some more for waiting and ending. */
const LONGEST_ATTEMPT_MS = 20 * 60_000;

/** Whether an input can travel with a job. */
export function fitsQueue(input: JsonValue): boolean {
  return sizeOf(input) <= INPUT_MAX_BYTES;
}

function sizeOf(input: JsonValue): number {
  return Buffer.byteLength(JSON.stringify(input));
}

/** The job of an order, whose id is that of the first attempt. @throws SkerryError `BODY_LIMIT`. */
export function createOrderJob(id: string, order: QueuedOrder): JobRequest {
  const { tenantId, input, priority, startAfter, concurrency, retry = NO_RETRY } = order;
  const bytes = sizeOf(input);
  if (bytes > INPUT_MAX_BYTES) {
    const message = `The input has ${bytes} bytes as JSON; a queued execution takes ${INPUT_MAX_BYTES}.`;
    throw new SkerryError("BODY_LIMIT", message);
  }
  return {
    id,
    tenantId,
    kind: EXECUTION_JOB,
    payload: createPayload(order, retry.attempts),
    priority,
    startAfter,
    concurrency,
    retry: { ...retry, attempts: retry.attempts + SPARE_ATTEMPTS },
    expireMs: LONGEST_ATTEMPT_MS,
  };
}

function createPayload(order: QueuedOrder, attempts: number): JsonObject {
  const { scriptId, version, trigger, triggerFields, startAfter, input, correlation, timeoutMs, asksFilter } =
    order;
  // Through text and back in the database, so what is undefined is gone afterwards.
  return {
    scriptId,
    version,
    trigger,
    triggerFields,
    startAfter,
    input,
    attempts,
    correlation,
    timeoutMs,
    asksFilter,
  } as unknown as JsonObject;
}

export function readOrder({ tenantId, id, payload }: Pick<Job, "tenantId" | "id" | "payload">): PlacedOrder {
  return { ...(payload as unknown as OrderPayload), tenantId, id };
}
