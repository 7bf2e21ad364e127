import { call } from "@skerry/sandbox/guest";
import { type BodyContent, readBytes } from "./body.ts";

/** What the host takes; a stream that gives more is not gathered to its end. */
export const MAX_REQUEST_BYTES = 4 * 1024 * 1024;

/** What the host answers. */
interface Exchange {
  readonly value?: unknown;
  readonly body?: Uint8Array | undefined;
}

/** Sends a request by the host's capability `http.request`. @throws GuestError with its code */
export async function exchange(args: object, content: BodyContent | undefined): Promise<Exchange> {
  return await call("http.request", args, content && (await readBytes(content, MAX_REQUEST_BYTES)));
}
