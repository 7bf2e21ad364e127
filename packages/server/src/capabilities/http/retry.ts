import { setTimeout as delay } from "node:timers/promises";
import { CapabilityError } from "@skerry/sandbox";
import { z } from "zod";
import type { Deadline } from "./deadline.ts";
import type { HttpErrorCode } from "./errors.ts";
import { findHeader } from "./headers.ts";
import type { HttpResponse } from "./request.ts";

export const MAX_ATTEMPTS = 5;
const MAX_BACKOFF_MS = 30_000;

/** How a request is tried again. */
export const retryPolicy = z.strictObject({
  attempts: z.int().min(1).max(MAX_ATTEMPTS),
  backoffMs: z.int().min(0).max(MAX_BACKOFF_MS).default(250),
  on: z.array(z.int().min(400).max(599)).max(50).readonly().default([429, 502, 503, 504]),
  unsafe: z.boolean().default(false),
});
export type RetryPolicy = Readonly<z.output<typeof retryPolicy>>;

/** Once and not again. */
export const NO_RETRY: RetryPolicy = { attempts: 1, backoffMs: 0, on: [], unsafe: false };

/** Doing it twice is as doing it once: RFC 9110, section 9.2.2. */
const IDEMPOTENT_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]);

/** What may be otherwise in a moment. */
const PASSING_ERRORS: ReadonlySet<string> = new Set<HttpErrorCode>(["HTTP_CONNECT", "HTTP_DNS"]);

/** Whether a request of this method may be tried again by this policy. */
export function allowsRetry(method: string, { attempts, unsafe }: RetryPolicy): boolean {
  return attempts === 1 || unsafe || IDEMPOTENT_METHODS.has(method.toUpperCase());
}

type Outcome = { readonly response: HttpResponse } | { readonly error: unknown };

/**
 * Sends until a try ends otherwise than by a passing error or a status of `on`, until the tries are used up, or until
 * the next one would begin after the deadline. Before the second try it waits `backoffMs`, and twice as long before
 * each one after, half of it by chance; in any case as long as `Retry-After` says.
 *
 * @returns what the last try answered.
 * @throws what the last try failed with, or the deadline's error.
 */
export async function sendWithRetries(
  send: () => Promise<HttpResponse>,
  policy: RetryPolicy,
  deadline: Deadline,
): Promise<HttpResponse> {
  for (let tries = 1; ; tries += 1) {
    const outcome = await settle(send());
    const waitMs = tries < policy.attempts ? findWait(outcome, policy, tries) : undefined;
    if (waitMs === undefined || waitMs >= deadline.remainingMs()) return unwrap(outcome);
    await delay(waitMs, undefined, { signal: deadline.signal });
  }
}

async function settle(sending: Promise<HttpResponse>): Promise<Outcome> {
  try {
    return { response: await sending };
  } catch (error) {
    return { error };
  }
}

function unwrap(outcome: Outcome): HttpResponse {
  if ("error" in outcome) throw outcome.error;
  return outcome.response;
}

/** How long to wait for the next try; undefined when there is no use in one. */
function findWait(outcome: Outcome, { on, backoffMs }: RetryPolicy, tries: number): number | undefined {
  const mostMs = backoffMs * 2 ** (tries - 1);
  const waitMs = mostMs / 2 + (mostMs / 2) * Math.random();
  if ("error" in outcome) {
    const { error } = outcome;
    return error instanceof CapabilityError && PASSING_ERRORS.has(error.code) ? waitMs : undefined;
  }
  const { status, headers } = outcome.response;
  return on.includes(status)
    ? Math.max(waitMs, readRetryAfter(findHeader(headers, "retry-after")))
    : undefined;
}

/** Seconds or a date (RFC 9110, section 10.2.3) in ms from now; 0 for anything else. */
function readRetryAfter(text: string | undefined): number {
  if (text === undefined) return 0;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? 0 : Math.max(0, date - Date.now());
}
