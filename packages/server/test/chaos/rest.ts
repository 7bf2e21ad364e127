/** Where to ask, and as whom. */
export interface RestAddress {
  readonly url: string;
  readonly key: string;
}

/** A node that hangs must not keep whoever asks it. */
const ANSWER_MS = 15_000;

/**
 * Asks the REST API.
 *
 * @throws Error for any answer but a good one, and for none.
 */
export async function ask<Body = unknown>(
  { url, key }: RestAddress,
  method: string,
  path: string,
  body?: unknown,
): Promise<Body> {
  const response = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(ANSWER_MS),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status} ${text}`);
  return JSON.parse(text) as Body;
}
