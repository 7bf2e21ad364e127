import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { Server, load } from "../processes.ts";
import type { Row } from "../report.ts";
import { freePort, startSkerry, temporaryFolder } from "../skerry-server.ts";

const CONNECTIONS = 32;
const SECONDS = 5;
const SOURCE = `export default async function (request, ctx) { return Response.json({ hello: "world" }); }`;

/** An \`http\` script end to end over loopback, and workerd's hello-world under the same load. */
export async function measureHttp(): Promise<Row[]> {
  const workerd = await measureWorkerd();
  const skerry = await measureSkerry();
  return [
    { what: `http script, ${CONNECTIONS} connections`, value: skerry.rate, unit: "/s" },
    { what: "http script, latency", value: skerry.p50, p99: skerry.p99, unit: "ms" },
    { what: "peer: workerd hello-world", value: workerd.rate, unit: "/s" },
    { what: "peer: workerd, latency", value: workerd.p50, p99: workerd.p99, unit: "ms" },
    {
      what: "http script as a share of workerd",
      value: skerry.rate / workerd.rate,
      unit: "×",
      target: { atLeast: 0.25 },
    },
  ];
}

interface Rate {
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
}

async function measure(url: string): Promise<Rate> {
  const { requests, seconds, p50, p99 } = await load(url, CONNECTIONS, SECONDS);
  return { rate: requests / seconds, p50, p99 };
}

async function measureWorkerd(): Promise<Rate> {
  await using folder = await temporaryFolder();
  const port = await freePort();
  const worker = 'export default { async fetch() { return Response.json({ hello: "world" }); } };';
  await writeFile(join(folder.path, "hello.js"), worker);
  await writeFile(
    join(folder.path, "config.capnp"),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .hello)],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")]);
const hello :Workerd.Worker = (
  modules = [(name = "hello.js", esModule = embed "hello.js")], compatibilityDate = "2026-01-01");
`,
  );
  const binary = fileURLToPath(
    new URL("bin/workerd", `file://${createRequire(import.meta.url).resolve("workerd/package.json")}`),
  );
  await using server = new Server(binary, ["serve", join(folder.path, "config.capnp")]);
  const url = `http://127.0.0.1:${port}/`;
  await server.answers(url);
  return await measure(url);
}

async function measureSkerry(): Promise<Rate> {
  await using skerry = await startSkerry();
  const settings = { path: "/hello", methods: ["GET"] };
  await skerry.post("/api/v1/scripts", { name: "hello", type: "http", source: SOURCE, settings });
  return await measure(`${skerry.origin}/run/${skerry.tenant}/hello`);
}
