import { SkerryClientError } from "./errors.ts";
import type { Problem } from "./generated/types.ts";
import { pause } from "./pause.ts";

/** How a client reaches Skerry, and as whom. */
export interface ClientOptions {
  /**
   * Where Skerry answers, up to `/api/v1`. Default: in a browser the page's own origin, else http://127.0.0.1:3000, where
   * `skerry start` listens.
   */
  readonly url?: string;
  /** An API key, or another text that stands for somebody. Without it and `getToken` requests carry what cookies say. */
  readonly key?: string;
  /** Gives the key or token of each request, for those that expire. */
  readonly getToken?: () => string | Promise<string>;
  /** The tenant to act on; for operators, who have to name one. */
  readonly tenant?: string;
  /** Carries requests out. Default: the platform's own `fetch`. */
  readonly fetch?: (request: Request) => Promise<Response>;
  /**
   * How often a request is repeated that had no answer, or was answered 429 or 503. Default 2; 0 for never. Writes are
   * carried out once for all that, by an idempotency key. Between them the client waits as long as `Retry-After` says.
   */
  readonly retries?: number;
  /** What takes longer is not waited for: the request fails at once, and its error says when to ask again. Default 30,000 ms. */
  readonly maxWaitMs?: number;
}

/** What every request takes besides. */
export interface RequestOptions {
  /** Ends the request and its retries; its reason is thrown. */
  readonly signal?: AbortSignal;
  /** Instead of the client's own `retries`. */
  readonly retries?: number;
  /** Of a write, so that it is carried out once however often it is sent, within 24 hours. Default: a random one. */
  readonly idempotencyKey?: string;
}

/** Parts of a query by name; those that are undefined are left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** One request to be sent. */
export interface Call {
  readonly method: string;
  /** Below `/api/v1`. */
  readonly path: string;
  readonly query?: Query | undefined;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly options: RequestOptions;
}

/**
 * Sends a request until it is answered for good, and reads the answer.
 *
 * @throws SkerryClientError, or the signal's reason.
 */
export type Send = <Answer>(call: Call, read: (response: Response) => Promise<Answer>) => Promise<Answer>;

const DEFAULT_RETRIES = 2;
const FIRST_WAIT_MS = 250;
const DEFAULT_MAX_WAIT_MS = 30_000;
const RETRIED_STATUSES: ReadonlySet<number | undefined> = new Set([undefined, 429, 503]);
const PROBLEM_TYPE = "application/problem+json";

export function createTransport(client: ClientOptions): Send {
  const { fetch = (request: Request) => globalThis.fetch(request) } = client;

  async function attempt<Answer>(request: Request, read: (response: Response) => Promise<Answer>) {
    let response: Response | undefined;
    try {
      response = await fetch(request);
      if (response.ok) return await read(response);
    } catch (error) {
      request.signal.throwIfAborted();
      if (error instanceof SyntaxError && response !== undefined) throw refuseAnswer(response, error);
      throw new SkerryClientError("CONNECTION_FAILED", `${request.url} gave no answer.`, undefined, {
        cause: error,
      });
    }
    throw await readProblem(response);
  }

  return async function send(call, read) {
    const { signal, retries = client.retries ?? DEFAULT_RETRIES, idempotencyKey } = call.options;
    const repeatable = { ...call, key: idempotencyKey ?? (retries > 0 ? createIdempotencyKey() : undefined) };
    for (let count = 0; ; count += 1) {
      try {
        return await attempt(await createRequest(client, repeatable), read);
      } catch (error) {
        const waitMs = count < retries ? decideWait(error, count, client.maxWaitMs) : undefined;
        if (waitMs === undefined) throw error;
        await pause(waitMs, signal);
      }
    }
  };
}

async function createRequest(
  { url = ownOrigin() ?? "http://127.0.0.1:3000", key: own, getToken, tenant }: ClientOptions,
  {
    method,
    path,
    query = {},
    body,
    headers,
    options: { signal },
    key,
  }: Call & { readonly key: string | undefined },
): Promise<Request> {
  const token = own ?? (await getToken?.());
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.set(name, String(value));
  }
  return new Request(
    `${url.replace(/\/$/, "")}/api/v1${path}${search.size > 0 ? `?${search.toString()}` : ""}`,
    {
      method,
      headers: {
        accept: "application/json",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(tenant === undefined ? {} : { "skerry-tenant": tenant }),
        ...(key === undefined || method === "GET" ? {} : { "idempotency-key": key }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    },
  );
}

/** @returns undefined outside browsers. */
function ownOrigin(): string | undefined {
  return (globalThis as { readonly location?: { readonly origin: string } }).location?.origin;
}

/** `crypto.randomUUID` is missing in pages that did not come over TLS. */
function createIdempotencyKey(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (word) => word.toString(36)).join("-");
}

/** @returns undefined when a retry is of no use. */
function decideWait(error: unknown, count: number, maxWaitMs = DEFAULT_MAX_WAIT_MS): number | undefined {
  if (!(error instanceof SkerryClientError)) return undefined;
  const { status, code, retryAfter } = error;
  const isPassing = RETRIED_STATUSES.has(status) || code === "IDEMPOTENCY_IN_PROGRESS";
  // Waits of several clients that failed together must not end together.
  const waitMs =
    retryAfter === undefined ? FIRST_WAIT_MS * 2 ** count * (1 + Math.random()) : retryAfter * 1_000;
  return isPassing && waitMs <= maxWaitMs ? waitMs : undefined;
}

async function readProblem(response: Response): Promise<SkerryClientError> {
  const { status, headers } = response;
  if (!headers.get("content-type")?.startsWith(PROBLEM_TYPE)) return refuseAnswer(response);
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  const retryAfter = Number.isFinite(seconds) ? seconds : undefined;
  try {
    const problem = (await response.json()) as Problem;
    return new SkerryClientError(problem.code, problem.detail, status, { problem, retryAfter });
  } catch (error) {
    return refuseAnswer(response, error);
  }
}

function refuseAnswer({ status, url, headers }: Response, cause?: unknown): SkerryClientError {
  const detail = `${url} answered ${status} with ${headers.get("content-type") ?? "no content"}, which is not of Skerry.`;
  return new SkerryClientError("ANSWER_INVALID", detail, status, { cause });
}
