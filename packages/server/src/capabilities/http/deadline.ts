import { createHttpError } from "./errors.ts";

/** The clock of one request. Disposing it stops the clock. */
export interface Deadline extends Disposable {
  /** Its reason is the CapabilityError to answer. */
  readonly signal: AbortSignal;
  /** Rejects with that error when time is up or the execution ended; never fulfils. */
  readonly passed: Promise<never>;
  remainingMs(): number;
}

/** Starts the clock of one request: `HTTP_TIMEOUT` after `timeoutMs`, `HTTP_ABORTED` with the execution's signal. */
export function startDeadline(timeoutMs: number, execution: AbortSignal): Deadline {
  const endsAt = performance.now() + timeoutMs;
  const controller = new AbortController();
  const { promise, reject } = Promise.withResolvers<never>();
  // Whether anybody waits for it is up to the request.
  promise.catch(() => {});
  const end = (error: Error) => {
    controller.abort(error);
    reject(error);
  };
  const abort = () =>
    end(createHttpError("HTTP_ABORTED", "The execution ended before the request was finished."));
  const timer = setTimeout(
    () => end(createHttpError("HTTP_TIMEOUT", `The request did not finish within ${timeoutMs} ms.`)),
    timeoutMs,
  );
  execution.addEventListener("abort", abort, { once: true });
  if (execution.aborted) abort();
  return {
    signal: controller.signal,
    passed: promise,
    remainingMs: () => endsAt - performance.now(),
    [Symbol.dispose]() {
      clearTimeout(timer);
      execution.removeEventListener("abort", abort);
    },
  };
}
