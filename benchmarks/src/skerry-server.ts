import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Server } from "./processes.ts";

/** `skerry start` in a process of its own, with one tenant. */
export interface SkerryServer extends AsyncDisposable {
  readonly origin: string;
  readonly tenant: string;
  /** Of the tenant. */
  readonly apiKey: string;
  /** Posts as the tenant. @throws Error when the answer is no success. */
  post(path: string, body: unknown): Promise<unknown>;
}

const ADMIN_KEY = "sk_bench_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const TENANT = "bench";

/** Starts it with the embedded database, or with the one that `env` names. */
export async function startSkerry(env: Readonly<Record<string, string>> = {}): Promise<SkerryServer> {
  await using starting = new AsyncDisposableStack();
  const folder = starting.use(await temporaryFolder());
  const port = await freePort();
  const own = {
    PORT: String(port),
    SKERRY_DATA_DIR: folder.path,
    SKERRY_ADMIN_KEY: ADMIN_KEY,
    LOG_LEVEL: "error",
  };
  const loader = new URL("../../scripts/tsx-loader.mjs", import.meta.url).href;
  const bin = fileURLToPath(new URL("../../packages/server/bin/skerry.mjs", import.meta.url));
  const flags = ["--conditions=@skerry/source", "--import", loader];
  const server = starting.use(new Server(process.execPath, [...flags, bin, "start"], { ...own, ...env }));
  const origin = `http://127.0.0.1:${port}`;
  await server.answers(`${origin}/ready`);
  const made = await post(`${origin}/api/v1/tenants`, ADMIN_KEY, { id: TENANT, name: "Benchmark" });
  const { apiKey } = made as { readonly apiKey: string };

  const parts = starting.move();
  return {
    origin,
    tenant: TENANT,
    apiKey,
    post: (path, body) => post(origin + path, apiKey, body),
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

async function post(url: string, key: string, body: unknown): Promise<unknown> {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`POST ${url} answered ${response.status}: ${await response.text()}`);
  return await response.json();
}

export async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), "skerry-bench-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}
