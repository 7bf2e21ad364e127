import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { expect, onTestFinished } from "vitest";
import { createClient, SkerryClientError } from "../src/index.ts";
import type { ClientOptions } from "../src/index.ts";

/** The key of every client of these tests. */
export const KEY = "sk_test";

export interface SeenRequest {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** Answers one request. */
export type Reply = (response: ServerResponse, request: SeenRequest) => void;

/** A client of a real server that answers with one reply after the other, the last one again and again. */
export async function connect(replies: readonly Reply[], options: ClientOptions = {}) {
  const seen: SeenRequest[] = [];
  const answer: RequestListener = (request, response) => {
    void text(request).then((body) => {
      const { method, url, headers } = request;
      seen.push({ method, url, headers, body });
      replies[Math.min(seen.length, replies.length) - 1]?.(response, { method, url, headers, body });
    });
  };
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { client: createClient({ url, key: KEY, ...options }), seen, url };
}

/** Answers with JSON. */
export const json =
  (body: unknown, status = 200): Reply =>
  (response) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));

/** Answers with problem details. */
export const refuse =
  (status: number, code: string, headers: Record<string, string> = {}): Reply =>
  (response) => {
    const problem = { type: `urn:skerry:problem:${code}`, title: "t", status, code, detail: "what and why" };
    response.writeHead(status, { "content-type": "application/problem+json", ...headers });
    response.end(JSON.stringify(problem));
  };

/** Breaks the connection. */
export const hangUp: Reply = (response) => response.socket?.destroy();
/** Asks for a retry at once. */
export const LATER = { "retry-after": "0" };

/** The client's error that a promise rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<SkerryClientError> {
  const error: unknown = await promise.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(SkerryClientError);
  return error as SkerryClientError;
}
