import { measureInRounds } from "./rounds.ts";
import type { Rate } from "./rounds.ts";
import { startWorkerd } from "./workerd.ts";
import type { Row } from "../report.ts";
import { startSkerry } from "../skerry-server.ts";

const CONNECTIONS = 32;
/** All rounds with their warm-ups together stay well below a minute. */
const BUSY = { connections: CONNECTIONS, rounds: 5, seconds: 1.5 };
const SINGLE = { connections: 1, rounds: 3, seconds: 0.5 };
const SOURCE = `export default async function (request, ctx) { return Response.json({ hello: "world" }); }`;

/** A warm `http` script end to end over loopback, and workerd's hello-world, in turns under the same load. */
export async function measureHttp(): Promise<Row[]> {
  await using workerd = await startWorkerd();
  await using skerry = await startSkerry();
  const settings = { path: "/hello", methods: ["GET"] };
  await skerry.post("/api/v1/scripts", { name: "hello", type: "http", source: SOURCE, settings });
  const urls = { skerry: `${skerry.origin}/run/${skerry.tenant}/hello`, workerd: workerd.url };

  const busy = await measureInRounds(urls, BUSY);
  const single = await measureInRounds(urls, SINGLE);
  return [
    {
      what: `http script, ${CONNECTIONS} connections, as a share of workerd`,
      value: busy.skerry.rate / busy.workerd.rate,
      unit: "×",
      target: { atLeast: 0.5 },
    },
    ...rowsOf(`http script, ${CONNECTIONS} connections`, busy.skerry),
    { what: "p99 of these", value: busy.skerry.p99, unit: "ms", target: { atMost: 20 } },
    ...rowsOf(`peer: workerd, ${CONNECTIONS} connections`, busy.workerd),
    ...rowsOf("http script, 1 connection", single.skerry),
    ...rowsOf("peer: workerd, 1 connection", single.workerd),
  ];
}

function rowsOf(what: string, { rate, p50, p99 }: Rate): Row[] {
  return [
    { what, value: rate, unit: "/s" },
    { what: `${what}, latency`, value: p50, p99, unit: "ms" },
  ];
}
