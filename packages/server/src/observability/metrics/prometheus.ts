import { createHash, timingSafeEqual } from "node:crypto";
import { readBearer, refuseCredential, refuseNothing } from "../../auth/bearer.ts";
import { respondToError, toSkerryError } from "../../problems/problem.ts";
import type { MetricsProvider } from "./provider.ts";

/** As Prometheus' text format, version 0.0.4, has it. */
const CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

export interface ScrapeOptions extends Pick<MetricsProvider, "scrape"> {
  /** What who asks must send as a bearer token. Default: nobody is asked for one. */
  readonly token?: string | undefined;
}

/** Answers `GET /metrics`. Never rejects. */
export async function answerScrape(
  { headers }: Pick<Request, "headers">,
  { scrape, token }: ScrapeOptions,
): Promise<Response> {
  try {
    if (token !== undefined) requireToken(headers.get("authorization"), token);
    const body = await scrape();
    return new Response(body, { headers: { "content-type": CONTENT_TYPE, "cache-control": "no-store" } });
  } catch (error) {
    return respondToError(toSkerryError(error));
  }
}

/** @throws SkerryError `KEY_MISSING` or `KEY_INVALID`. */
function requireToken(authorization: string | null, token: string): void {
  if (authorization === null) throw refuseNothing();
  // Digests, so that neither content nor length shows in the time that it takes.
  if (timingSafeEqual(digest(readBearer(authorization)), digest(token))) return;
  throw refuseCredential("KEY_INVALID", "The token is not that of SKERRY_METRICS_TOKEN.");
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
