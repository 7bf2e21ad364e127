import { createHash, createHmac } from "node:crypto";
import { createMiddleware } from "hono/factory";
import type { Logger } from "pino";
import { z } from "zod";
import { nameOf } from "../auth/principal.ts";
import { SkerryError } from "../problems/errors.ts";
import type { RestContext, RestEnvironment } from "../rest/app.ts";
import { readBody } from "../rest/body.ts";
import { checkInput } from "../rest/input.ts";
import type { KeptAnswer, KnownRequest, RequestIdentity } from "./repository.ts";
import type { Attempt, IdempotencyStore } from "./store.ts";

export interface IdempotencyOptions {
  readonly store: IdempotencyStore;
  readonly logger: Logger;
  /** Largest body of a request with an `Idempotency-Key`; the route's own limit may be smaller. */
  readonly bodyBytes: number;
  /** The tenant whose request it is; null for what is asked of the installation. */
  readonly tenantOf: (context: RestContext) => string | null;
}

const KEY_HEADER = "Idempotency-Key";
const REPLAYED_HEADER = "idempotency-replayed";
const MAX_KEPT_CHARACTERS = 1024 * 1024;
const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

const headers = z.object({
  [KEY_HEADER]: z.string().regex(/^[\x21-\x7e]{1,255}$/, "must have 1 to 255 visible ASCII characters"),
});

/**
 * Carries out a write that has an `Idempotency-Key` once: for 24 hours the same API key's same request gets the answer
 * of the first, with `Idempotency-Replayed: true`. Only success is kept; whatever was refused or failed may be tried
 * again with the same key. A request whose node was lost can be tried again after a minute, and then is carried out
 * again. The header follows draft-ietf-httpapi-idempotency-key-header, but the key needs no quotes.
 *
 * Answers `IDEMPOTENCY_KEY_REUSED`, `IDEMPOTENCY_IN_PROGRESS` or `IDEMPOTENCY_ANSWER_NOT_KEPT`.
 */
export function answerOnce({ store, logger, bodyBytes, tenantOf }: IdempotencyOptions) {
  return createMiddleware<RestEnvironment>(async (context, next) => {
    const { req } = context;
    const key = req.header(KEY_HEADER);
    if (key === undefined || SAFE_METHODS.has(req.method)) return await next();
    checkInput(headers, { [KEY_HEADER]: key });
    const body = await readBody(req.raw, bodyBytes);
    context.set("body", body);

    const request = identifyRequest(context, tenantOf(context), key, body);
    const begun = await store.begin(request);
    if ("requestHash" in begun) return repeatAnswer(begun, request);
    using attempt = begun;
    await next();
    try {
      await concludeAttempt(attempt, context);
    } catch (error) {
      // The caller has the answer; only a repetition will not get it.
      logger.warn({ err: error }, "answer to a request with an idempotency key could not be kept");
    }
    return undefined;
  });
}

/** Bound to the API key: another one may not be allowed to see the answer. */
function identifyRequest(
  { req, var: { principal } }: RestContext,
  tenantId: string | null,
  key: string,
  body: Uint8Array,
): RequestIdentity {
  const { pathname, search } = new URL(req.url);
  return {
    tenantId,
    keyHash: createHash("sha256")
      .update(`${nameOf(principal)}\n${key}`)
      .digest(),
    // The body may hold a short secret; without the key, of which only a hash is kept, nobody can try them all.
    requestHash: createHmac("sha256", key)
      .update(`${req.method} ${pathname}${search}\n`)
      .update(body)
      .digest(),
  };
}

/** @throws SkerryError when there is no answer to repeat. */
function repeatAnswer({ requestHash, answer }: KnownRequest, request: RequestIdentity): Response {
  if (!requestHash.equals(request.requestHash)) {
    const message = `The ${KEY_HEADER} was sent with another request before. Use a new one.`;
    throw new SkerryError("IDEMPOTENCY_KEY_REUSED", message);
  }
  if (answer === undefined) {
    const message = `The first request with this ${KEY_HEADER} is still being answered.`;
    throw new SkerryError("IDEMPOTENCY_IN_PROGRESS", message, { headers: { "retry-after": "1" } });
  }
  const { status, body, refusal } = answer;
  const replayed = { [REPLAYED_HEADER]: "true" };
  if (refusal !== null) {
    throw new SkerryError("IDEMPOTENCY_ANSWER_NOT_KEPT", refusal, { headers: replayed });
  }
  const type = body === null ? {} : { "content-type": "application/json" };
  return new Response(body, { status, headers: { ...replayed, ...type } });
}

async function concludeAttempt(attempt: Attempt, { res, var: { shownOnce } }: RestContext): Promise<void> {
  if (res.ok) await attempt.keep(await readAnswer(res, shownOnce));
  else await attempt.release();
}

async function readAnswer(response: Response, shownOnce: string | undefined): Promise<KeptAnswer> {
  const { status } = response;
  if (shownOnce !== undefined) {
    const refusal = `The request was carried out; its answer held a secret, which is shown once. ${shownOnce}`;
    return { status, body: null, refusal };
  }
  const body = await response.clone().text();
  if (body.length <= MAX_KEPT_CHARACTERS) return { status, body: body === "" ? null : body, refusal: null };
  const { id } = JSON.parse(body) as { readonly id: string };
  const refusal = `The request was carried out; its answer about ${id} is larger than ${MAX_KEPT_CHARACTERS} characters and was not kept.`;
  return { status, body: null, refusal };
}
