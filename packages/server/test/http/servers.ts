import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { createServer as createTcpServer } from "node:net";
import type { Socket } from "node:net";
import { listenLocally } from "../../src/attacks/egress/local-server.ts";
import type { LocalServer } from "../../src/attacks/egress/local-server.ts";
import certificate from "../fixtures/tls-secure-test.json" with { type: "json" };

export { watchConnects } from "../../src/attacks/egress/connects.ts";
export type { LocalServer } from "../../src/attacks/egress/local-server.ts";

/** A rejection of it fails the test run. */
type Listener = (request: IncomingMessage, response: ServerResponse) => unknown;

export const TLS_CERTIFICATE = certificate.cert;

export function serveHttp(listener: Listener): Promise<LocalServer> {
  return listenLocally(createServer(listener));
}

/** Its certificate is for `secure.test` alone. */
export function serveHttps(listener: Listener): Promise<LocalServer> {
  return listenLocally(createTlsServer({ key: certificate.key, cert: certificate.cert }, listener));
}

/** Speaks whatever the test writes. */
export function serveTcp(onSocket: (socket: Socket) => void): Promise<LocalServer> {
  return listenLocally(createTcpServer(onSocket));
}

/** What a server got, as the answer with which it tells. */
export function describeRequest({ method, url, headers }: IncomingMessage, body: Buffer) {
  return { method, url, headers, body: body.toString() };
}
