import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Server } from "../processes.ts";
import { freePort, temporaryFolder } from "../skerry-server.ts";

/** A workerd that answers hello-world as JSON. */
export interface Workerd extends AsyncDisposable {
  readonly url: string;
}

const WORKER = 'export default { async fetch() { return Response.json({ hello: "world" }); } };';

export async function startWorkerd(): Promise<Workerd> {
  await using starting = new AsyncDisposableStack();
  const folder = starting.use(await temporaryFolder());
  const port = await freePort();
  const config = join(folder.path, "config.capnp");
  await writeFile(join(folder.path, "hello.js"), WORKER);
  await writeFile(config, describeWorker(port));
  const manifest = createRequire(import.meta.url).resolve("workerd/package.json");
  const binary = fileURLToPath(new URL("bin/workerd", `file://${manifest}`));
  const server = starting.use(new Server(binary, ["serve", config]));
  const url = `http://127.0.0.1:${port}/`;
  await server.answers(url);

  const parts = starting.move();
  return { url, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}

function describeWorker(port: number): string {
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .hello)],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")]);
const hello :Workerd.Worker = (
  modules = [(name = "hello.js", esModule = embed "hello.js")], compatibilityDate = "2026-01-01");
`;
}
