import { once } from "node:events";
import { Agent, createServer, request as requestUpstream } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { RollingNode } from "./node-process.ts";

/**
 * A load balancer of the plainest kind: it asks `/ready` four times a second, leaves a node out after two bad answers,
 * takes it in after a good one, keeps connections to nodes open, and repeats no request.
 */
export interface Balancer extends AsyncDisposable {
  readonly url: string;
  /** Requests that a node did not answer to their end, as texts. */
  readonly failures: readonly string[];
  /** Names of the nodes that get requests now. */
  listReady(): readonly string[];
}

type BalancedNode = Pick<RollingNode, "name" | "url">;

interface Member {
  readonly node: BalancedNode;
  url: string | undefined;
  misses: number;
}

const PROBE_MS = 250;
const MISSES_MOST = 2;
const PROBE_ANSWER_MS = 5_000;
const IDLE_MS = 75_000;
/** What is said of one connection only (RFC 9110, section 7.6.1). */
const HOP_BY_HOP = ["connection", "keep-alive", "transfer-encoding"];

export async function startBalancer(nodes: readonly BalancedNode[]): Promise<Balancer> {
  const agent = new Agent({ keepAlive: true });
  const failures: string[] = [];
  const members: Member[] = nodes.map((node) => ({ node, url: undefined, misses: MISSES_MOST }));
  let turn = 0;

  async function probe(member: Member): Promise<void> {
    const { url } = member.node;
    const isReady = url !== undefined && (await answersReady(url));
    member.misses = isReady ? 0 : member.misses + 1;
    if (isReady) member.url = url;
  }

  const listMembers = (): readonly Member[] => members.filter(({ misses }) => misses < MISSES_MOST);

  function forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { method = "GET", url: path = "/" } = incoming;
    const ready = listMembers();
    turn += 1;
    const member = ready[turn % ready.length];
    let hasLeft = false;
    const fail = ({ message }: Error): void => {
      if (hasLeft) return;
      failures.push(`${method} ${path} by ${member?.node.name ?? "no node"}: ${message}`);
      if (outgoing.headersSent) outgoing.destroy();
      else outgoing.writeHead(502).end();
    };
    if (member?.url === undefined) return fail(new Error("no node is ready"));

    const headers = withoutHops(incoming.headers);
    const upstream = requestUpstream(member.url + path, { agent, method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, withoutHops(answer.headers));
      answer.once("error", fail).pipe(outgoing);
    });
    upstream.on("error", fail);
    outgoing.once("close", () => {
      hasLeft = !outgoing.writableFinished;
      if (hasLeft) upstream.destroy();
    });
    incoming.pipe(upstream);
  }

  const server = createServer(forward);
  server.keepAliveTimeout = IDLE_MS;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const probing = setInterval(() => void Promise.all(members.map(probe)), PROBE_MS);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    failures,
    listReady: () => listMembers().map(({ node }) => node.name),
    async [Symbol.asyncDispose]() {
      clearInterval(probing);
      server.close();
      server.closeAllConnections();
      await once(server, "close");
      agent.destroy();
    },
  };
}

async function answersReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/ready`, {
      headers: { connection: "close" },
      signal: AbortSignal.timeout(PROBE_ANSWER_MS),
    });
    await response.text();
    return response.ok;
  } catch {
    return false;
  }
}

function withoutHops(headers: IncomingMessage["headers"]): IncomingMessage["headers"] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name)));
}
