import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo, NetConnectOpts, Socket } from "node:net";

/** Stands between a platform and its database, and can take the database away. */
export interface DatabaseProxy extends AsyncDisposable {
  /** For `openDatabase`. */
  readonly url: string;
  /** As when the server stops: all connections are cut, new ones refused. */
  cut(): Promise<void>;
  /** As when the network drops packets: connections stay, new ones come about, and nothing is carried any more. */
  silence(): void;
  /** The database is back; what was silent goes on. */
  restore(): Promise<void>;
}

export async function createDatabaseProxy(databaseUrl: string): Promise<DatabaseProxy> {
  const target = describeTarget(databaseUrl);
  const sockets = new Set<Socket>();
  let isSilent = false;
  const server = createServer((client) => {
    const upstream = connect(target);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("close", () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
      socket.on("error", () => {});
    }
    client.on("data", (chunk) => upstream.write(chunk));
    upstream.on("data", (chunk) => client.write(chunk));
    if (isSilent) quieten([client, upstream]);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  async function cut(): Promise<void> {
    if (!server.listening) return;
    server.close();
    for (const socket of sockets) socket.destroy();
    await once(server, "close");
  }

  return {
    url: withAddress(databaseUrl, port),
    cut,
    silence() {
      isSilent = true;
      quieten(sockets);
    },
    async restore() {
      isSilent = false;
      for (const socket of sockets) socket.resume();
      if (server.listening) return;
      server.listen(port, "127.0.0.1");
      await once(server, "listening");
    },
    [Symbol.asyncDispose]: cut,
  };
}

function quieten(sockets: Iterable<Socket>): void {
  for (const socket of sockets) socket.pause();
}

/** The host of a URL may be the folder of a Unix socket, as libpq takes it. */
function describeTarget(url: string): NetConnectOpts {
  const { hostname, port, searchParams } = new URL(url);
  const folder = searchParams.get("host");
  const number = Number(port || searchParams.get("port") || 5432);
  return folder?.startsWith("/")
    ? { path: `${folder}/.s.PGSQL.${number}` }
    : { host: hostname, port: number };
}

function withAddress(databaseUrl: string, port: number): string {
  const url = new URL(databaseUrl);
  url.searchParams.delete("host");
  url.searchParams.delete("port");
  // The schemes of databases let nothing but the text set a host where there is none.
  const { username, password, pathname, search } = url;
  return `postgresql://${username}:${password}@127.0.0.1:${port}${pathname}${search}`;
}
