import type { JsonValue } from "@skerry/sandbox";
import { FinalError, JobError, PostponedError, RetryableError } from "./errors.ts";
import type { Job, JobFailure } from "./job.ts";

/**
 * Does one job. Resolves when it is done; an error makes it be tried again, unless it is a {@link FinalError}. A
 * {@link PostponedError} is no attempt. It must end soon after the signal is aborted, whose reason is a {@link JobError}. A job may be run more than once: after a
 * crash nobody knows how far the attempt before had come.
 */
export type JobHandler = (job: Job, signal: AbortSignal) => Promise<unknown>;

/** How an attempt ended. */
export type Outcome =
  | { readonly type: "done" }
  | { readonly type: "released" }
  | { readonly type: "postponed"; readonly retryInMs: number }
  | {
      readonly type: "failed";
      readonly failure: JobFailure;
      readonly isFinal: boolean;
      readonly retryInMs: number | undefined;
    };

/** An attempt that is under way. */
export interface Attempt {
  readonly outcome: Promise<Outcome>;
  /** Aborts the handler's signal; only the first reason counts. */
  abort(reason: JobError): void;
}

/** A handler that does not heed its signal is left to itself after this time. */
const ABORT_GRACE_MS = 5_000;
const MESSAGE_CHARACTERS_MAX = 2_000;

/** Runs the handler until it ends, its time is over, or it is aborted. */
export function startAttempt(job: Job, handler: JobHandler): Attempt {
  const controller = new AbortController();
  const abort = (reason: JobError): void => {
    if (!controller.signal.aborted) controller.abort(reason);
  };
  const expiry = setTimeout(
    () => abort(new JobError("JOB_EXPIRED", `The attempt ran longer than ${job.expireMs} ms.`)),
    job.expireMs,
  );
  const outcome = runHandler(job, handler, controller.signal).finally(() => clearTimeout(expiry));
  return { outcome, abort };
}

async function runHandler(job: Job, handler: JobHandler, signal: AbortSignal): Promise<Outcome> {
  const ignored = rejectAfterAbort(signal);
  try {
    await Promise.race([handler(job, signal), ignored.rejection]);
    return { type: "done" };
  } catch (error) {
    return describeFailure(job, signal.aborted ? signal.reason : error);
  } finally {
    ignored.stop();
  }
}

/** Rejects when the abort is some time ago. */
function rejectAfterAbort(signal: AbortSignal) {
  const { promise: rejection, reject } = Promise.withResolvers<never>();
  let timer: NodeJS.Timeout | undefined;
  const beginGrace = (): void => {
    timer = setTimeout(() => reject(signal.reason as JobError), ABORT_GRACE_MS);
  };
  signal.addEventListener("abort", beginGrace);
  const stop = (): void => {
    signal.removeEventListener("abort", beginGrace);
    clearTimeout(timer);
  };
  return { rejection, stop };
}

function describeFailure(job: Job, error: unknown): Outcome {
  const code = codeOf(error);
  if (code === "JOB_INTERRUPTED") return { type: "released" };
  if (error instanceof PostponedError) return { type: "postponed", retryInMs: error.retryInMs };
  return {
    type: "failed",
    failure: createFailure(job, code, error instanceof Error ? error.message : String(error)),
    isFinal: error instanceof FinalError,
    retryInMs: error instanceof RetryableError ? error.retryInMs : undefined,
  };
}

function codeOf(error: unknown): string {
  const code: JsonValue | undefined =
    error instanceof Error && "code" in error ? (error.code as JsonValue) : undefined;
  return typeof code === "string" ? code : "JOB_FAILED";
}

/** What is kept of an attempt that failed. */
export function createFailure(job: Job, code: string, message: string): JobFailure {
  return {
    attempt: job.attempt,
    code,
    message: message.slice(0, MESSAGE_CHARACTERS_MAX),
    at: new Date().toISOString(),
  };
}
