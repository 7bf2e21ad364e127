import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A server that answers with the body that it got, for requests of scripts. */
export interface Echo extends AsyncDisposable {
  readonly port: number;
}

export async function startEcho(): Promise<Echo> {
  const server = createServer((request, response) => {
    response.setHeader("content-type", request.headers["content-type"] ?? "text/plain");
    request.pipe(response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
