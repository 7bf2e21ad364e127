import { once } from "node:events";
import type { AddressInfo, Server, Socket } from "node:net";

/** A server on a free port of 127.0.0.1. Disposing it breaks its connections. */
export interface LocalServer extends AsyncDisposable {
  readonly port: number;
  /** Connections it ever had. */
  readonly connections: () => number;
  /** Connections it has now. */
  readonly open: () => number;
}

/** Lets a server listen on a free port of 127.0.0.1. */
export async function listenLocally(server: Server): Promise<LocalServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on("connection", (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    // A client that goes away resets the connection; that is what many attacks are about.
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
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
