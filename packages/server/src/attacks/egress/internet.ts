import { createServer as createHttpServer } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { createServer as createTcpServer } from "node:net";
import type { Socket } from "node:net";
import type { HttpCapabilityOptions } from "../../capabilities/http/capability.ts";
import { type LocalServer, listenLocally } from "./local-server.ts";

/** A request that reached a server. */
export interface SeenRequest {
  readonly host: string;
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
}

/** The internet as attacks find it: names of our own, and two servers on this machine that stand for all hosts. */
export interface StagedInternet extends AsyncDisposable {
  /** How the capability reaches it. Nothing else of it is other than in an installation. */
  readonly http: HttpCapabilityOptions;
  /** What reached the server since {@link StagedInternet.forget}. */
  readonly seen: readonly SeenRequest[];
  /** The addresses that names were resolved to since then. No guest may learn one that it did not know. */
  readonly resolved: readonly string[];
  forget(): void;
  /** Connections that are open to the server that never ends its answers. */
  readonly floodedConnections: () => number;
  /** Gives the names that stand for reachable servers, in the text of an attack, the port of ours. */
  placeServers(code: string): string;
}

const RESPONSE_BYTES = 1024 * 1024;
const TIMEOUT_MS = 10_000;

/** What names resolve to: what an attacker's own DNS, or a cloud's, would say. All others have no address. */
const ADDRESSES: ReadonlyMap<string, readonly string[]> = new Map([
  ["127.0.0.1.nip.io", ["127.0.0.1"]],
  ["localhost", ["127.0.0.1"]],
  ["instance-data", ["169.254.169.254"]],
  ["kubernetes.default.svc", ["10.96.0.1"]],
  ["host.docker.internal", ["192.168.65.2"]],
  ["rebind.test", ["93.184.215.14", "127.0.0.1"]],
  ...["redirect.test", "evil.test", "example.test", "endless.test", "huge-headers.test"].map(
    (name): [string, string[]] => [name, ["127.0.0.1"]],
  ),
]);

/** Starts the two servers. */
export async function stageInternet(): Promise<StagedInternet> {
  await using resources = new AsyncDisposableStack();
  const seen: SeenRequest[] = [];
  const resolved: string[] = [];
  const web = resources.use(await listenLocally(createHttpServer(answer)));
  const flood = resources.use(await listenLocally(createTcpServer(pourOut)));

  function answer({ headers, method = "", url = "" }: IncomingMessage, response: ServerResponse): void {
    const [host = ""] = (headers.host ?? "").split(":");
    seen.push({ host, method, headers });
    // Every attack is to begin its own connection.
    response.setHeader("connection", "close");
    const query = new URL(url, "http://redirect.test").searchParams;
    const location = query.get("to");
    if (location === null) response.end("ok");
    else response.writeHead(Number(query.get("code") ?? 302), { location: placeServers(location) }).end();
  }

  function placeServers(code: string): string {
    return code
      .replaceAll(/https:\/\/(redirect|evil|example)\.test\//g, `http://$1.test:${web.port}/`)
      .replaceAll(/https:\/\/(endless|huge-headers)\.test\//g, `http://$1.test:${flood.port}/`);
  }

  const owned = resources.move();
  return {
    http: {
      allow: () => [
        ...listHosts(web, "redirect", "evil", "example"),
        ...listHosts(flood, "endless", "huge-headers"),
      ],
      lookup: async (name) => {
        const addresses = ADDRESSES.get(name) ?? [];
        resolved.push(...addresses);
        return addresses;
      },
      limits: { responseBytes: RESPONSE_BYTES, timeoutMs: TIMEOUT_MS },
    },
    seen,
    resolved,
    forget() {
      seen.length = 0;
      resolved.length = 0;
    },
    floodedConnections: () => flood.open(),
    placeServers,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function listHosts({ port }: LocalServer, ...names: readonly string[]) {
  return names.map((name) => ({ host: `${name}.test`, port }));
}

/** Answers with a body, or with headers, that never end. */
function pourOut(socket: Socket): void {
  socket.once("data", (request) => {
    const isEndless = request.includes("endless.test");
    socket.write(isEndless ? "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" : "HTTP/1.1 200 OK\r\n");
    const piece = isEndless ? `4000\r\n${"x".repeat(0x4000)}\r\n` : `x-${"y".repeat(4096)}: z\r\n`;
    const pour = (): void => {
      while (socket.writable && socket.write(piece));
    };
    socket.on("drain", pour);
    pour();
  });
}
