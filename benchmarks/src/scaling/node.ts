import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { listDescendants } from "skerry/jobs";
import { freePort, temporaryFolder } from "../skerry-server.ts";
import { readMemory } from "../process-memory.ts";
import { readCpu } from "./meter.ts";

export const OPERATOR_KEY = "sk_bench_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/** One node of an installation, as a process of its own. */
export interface ScalingNode extends AsyncDisposable {
  readonly origin: string;
  /** CPU time of the node without its runners, in ms. */
  readCpuMs(): number;
  /** CPU time of its runners, those that ended included, in ms. */
  readRunnerCpuMs(): number;
  /** Private memory of the node without its runners. */
  readMemoryMb(): number;
  /** Private memory of its runners. */
  readRunnerMemoryMb(): number;
  /** Posts to the REST API, as the operator or on behalf of a tenant. @throws Error when the answer is no success. */
  post<Answer>(path: string, body: unknown, tenantId?: string): Promise<Answer>;
}

const READY_MS = 60_000;
const POLL_MS = 50;
const LOADER = new URL("../../../scripts/tsx-loader.mjs", import.meta.url).href;
const PROGRAM = fileURLToPath(new URL("../../../packages/server/bin/skerry.mjs", import.meta.url));
const FLAGS = ["--conditions=@skerry/source", "--disable-warning=ExperimentalWarning", "--import", LOADER];

export interface ScalingNodeOptions {
  readonly databaseUrl: string;
  readonly role: "web" | "worker";
  readonly runners?: number;
  readonly spares?: number;
}

export async function startNode(options: ScalingNodeOptions): Promise<ScalingNode> {
  const { databaseUrl, role, runners = 64, spares = 1 } = options;
  await using starting = new AsyncDisposableStack();
  const folder = starting.use(await temporaryFolder());
  const port = await freePort();
  const env = {
    ...process.env,
    PORT: String(port),
    DATABASE_URL: databaseUrl,
    SKERRY_DATA_DIR: folder.path,
    SKERRY_ADMIN_KEY: OPERATOR_KEY,
    SKERRY_MASTER_KEY: `bench:${Buffer.alloc(32, 1).toString("base64")}`,
    SKERRY_ROLE: role,
    SKERRY_RUNNERS_MAX: String(runners),
    SKERRY_RUNNERS_SPARE: String(spares),
    SKERRY_DRAIN_MS: "0",
    LOG_LEVEL: "error",
  };
  const child = spawn(process.execPath, [...FLAGS, PROGRAM, "start"], {
    env,
    stdio: ["ignore", "ignore", "inherit"],
  });
  starting.defer(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGTERM");
    await once(child, "exit");
  });
  const pid = child.pid ?? 0;
  const origin = `http://127.0.0.1:${port}`;
  await untilReady(`${origin}/ready`);

  const parts = starting.move();
  return {
    origin,
    readCpuMs: () => readCpu([pid]).ownMs,
    readRunnerCpuMs() {
      const runners = readCpu(listDescendants(pid));
      return runners.ownMs + runners.endedMs + readCpu([pid]).endedMs;
    },
    readMemoryMb: () => readMemory([pid]).privateMb,
    readRunnerMemoryMb: () => readMemory(listDescendants(pid)).privateMb,
    async post<Answer>(path: string, body: unknown, tenantId?: string) {
      const headers = {
        authorization: `Bearer ${OPERATOR_KEY}`,
        "content-type": "application/json",
        ...(tenantId === undefined ? {} : { "skerry-tenant": tenantId }),
      };
      const init = { method: "POST", headers, body: JSON.stringify(body) };
      const response = await fetch(`${origin}/api/v1${path}`, init);
      const text = await response.text();
      if (!response.ok) throw new Error(`POST ${path} answered ${response.status}: ${text}`);
      return JSON.parse(text) as Answer;
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

async function untilReady(url: string): Promise<void> {
  const deadline = performance.now() + READY_MS;
  for (;;) {
    const isReady = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
    if (performance.now() > deadline) throw new Error(`${url} does not answer`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
