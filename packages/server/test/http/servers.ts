import { createHook } from "node:async_hooks";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { createServer as createTcpServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import certificate from "../fixtures/tls-secure-test.json" with { type: "json" };

/** A server on a free port of 127.0.0.1. Disposing it breaks its connections. */
export interface LocalServer extends AsyncDisposable {
  readonly port: number;
  /** Connections it ever had. */
  readonly connections: () => number;
  /** Connections it has now. */
  readonly open: () => number;
}

/** A rejection of it fails the test run. */
type Listener = (request: IncomingMessage, response: ServerResponse) => unknown;

export const TLS_CERTIFICATE = certificate.cert;

export function serveHttp(listener: Listener): Promise<LocalServer> {
  return listen(createServer(listener));
}

/** Its certificate is for `secure.test` alone. */
export function serveHttps(listener: Listener): Promise<LocalServer> {
  return listen(createTlsServer({ key: certificate.key, cert: certificate.cert }, listener));
}

/** Speaks whatever the test writes. */
export function serveTcp(onSocket: (socket: Socket) => void): Promise<LocalServer> {
  return listen(createTcpServer(onSocket));
}

async function listen(server: Server): Promise<LocalServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on("connection", (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    // A client that goes away resets the connection; that is what many tests are about.
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", resolve);
  await promise;
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    open: () => sockets.size,
    async [Symbol.asyncDispose]() {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      for (const socket of sockets) socket.destroy();
      await closed.promise;
    },
  };
}

/** Counts the TCP connections that this process starts, to whatever address and whether they succeed or not. */
export function watchConnects(): Disposable & { readonly count: () => number } {
  let count = 0;
  const hook = createHook({
    init(_id, type) {
      if (type === "TCPCONNECTWRAP") count += 1;
    },
  }).enable();
  return {
    count: () => count,
    [Symbol.dispose]() {
      hook.disable();
    },
  };
}

/** What a server got, as the answer with which it tells. */
export function describeRequest({ method, url, headers }: IncomingMessage, body: Buffer) {
  return { method, url, headers, body: body.toString() };
}
