import { GuestError } from "@skerry/sandbox/guest";
import { type AbortSignal, onAbort } from "./abort.ts";
import { takeContent } from "./body.ts";
import { headerPairs } from "./headers.ts";
import { exchange } from "./http-exchange.ts";
import {
  NativePromise,
  NativeTypeError,
  objectDefineProperty,
  promiseThen,
  stringIndexOf,
} from "./primordials.ts";
import { Request, type RequestInit, requestSignal } from "./request.ts";
import { type ReceivedResponse, type Response, receiveResponse } from "./response.ts";

/**
 * `fetch` of the Fetch standard, over the host's capability `http.request`. What it may reach, how long it may
 * take and how large an answer may be is decided there.
 *
 * A network error is a TypeError whose `code` is the capability's; an aborted signal rejects at once with its
 * reason.
 */
export async function fetch(input: unknown, init?: RequestInit): Promise<Response> {
  const request = new Request(input, init);
  const signal = requestSignal(request);
  signal?.throwIfAborted();
  const answer = sendRequest(request);
  return signal ? raceAbort(answer, signal) : answer;
}

async function sendRequest(request: Request): Promise<Response> {
  const content = takeContent(request);
  const args = {
    url: request.url,
    method: request.method,
    headers: headerPairs(request.headers),
    redirect: request.redirect,
  };
  try {
    const { value, body } = await exchange(args, content);
    return receiveResponse({ ...(value as Omit<ReceivedResponse, "body">), body });
  } catch (error) {
    throw toNetworkError(error);
  }
}

/** What went wrong on the network is a TypeError, as the standard wants; a limit or a refusal stays what it is. */
function toNetworkError(error: unknown): unknown {
  if (!(error instanceof GuestError) || stringIndexOf(error.code, "HTTP_") !== 0) return error;
  const networkError = new NativeTypeError(error.message);
  objectDefineProperty(networkError, "code", { value: error.code, writable: true, configurable: true });
  return networkError;
}

/** The host goes on with an exchange that nobody waits for any more, within its own limits. */
function raceAbort(answer: Promise<Response>, signal: AbortSignal): Promise<Response> {
  return new NativePromise((resolve, reject) => {
    const stop = onAbort(signal, () => reject(signal.reason));
    void promiseThen(
      answer,
      (response) => {
        stop();
        resolve(response);
      },
      (error) => {
        stop();
        reject(error);
      },
    );
  });
}
