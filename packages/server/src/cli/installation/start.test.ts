import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { filterLiving, listDescendants } from "../../../test/process-tree.ts";
import { runSkerry, spawnSkerry } from "../../../test/skerry-process.ts";
import { parseCurl } from "../../../test/curl-line.ts";

const STOP_MS = 10_000;

let dataDir: string;
let running: ChildProcessWithoutNullStreams | undefined;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "skerry-start-"));
  // The embedded database runs as another user when the tests run as root.
  await chmod(dataDir, 0o755);
});

afterEach(async () => {
  if (running?.exitCode === null && running.signalCode === null) {
    running.kill("SIGKILL");
    await once(running, "exit");
  }
  running = undefined;
  await rm(dataDir, { recursive: true, force: true });
});

interface Started {
  readonly child: ChildProcessWithoutNullStreams;
  readonly url: string;
  readonly curlLines: readonly string[];
  readonly greeting: string;
}

/** Starts the platform and reads its greeting up to the last curl line. */
async function start(more: Readonly<Record<string, string>> = {}): Promise<Started> {
  const env = { PORT: "0", SKERRY_DATA_DIR: dataDir, SKERRY_RUNNERS_SPARE: "1", ...more };
  const child = spawnSkerry(["start"], { env });
  running = child;
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (log += chunk));
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (line.includes("/run/demo/")) break;
  }
  const greeting = lines.join("\n");
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(greeting)?.[0];
  if (url === undefined) throw new Error(`skerry start printed no URL:\n${greeting}\n${log}`);
  return { child, url, greeting, curlLines: lines.filter((line) => line.trim().startsWith("curl ")) };
}

/** Does what the shell and curl would do with the line. */
async function runCurl(line: string): Promise<unknown> {
  const file = /\$\(cat '([^']+)'\)/.exec(line);
  const key = file === null ? "" : (await readFile(file[1] ?? "", "utf8")).trim();
  const { url, ...init } = parseCurl(line.replace(file?.[0] ?? "$", () => key));
  const response = await fetch(url, { ...init, headers: { ...init.headers, connection: "close" } });
  expect(response.status).toBe(200);
  return response.json();
}

async function runAll(lines: readonly string[]): Promise<unknown[]> {
  const answers: unknown[] = [];
  for (const line of lines) answers.push(await runCurl(line));
  return answers;
}

async function stop(child: ChildProcessWithoutNullStreams): Promise<unknown[]> {
  child.kill("SIGTERM");
  return once(child, "exit", { signal: AbortSignal.timeout(STOP_MS) });
}

describe.runIf(process.platform === "linux")("skerry start", () => {
  const limits = { timeout: 120_000 };
  test(
    "greets with lines that work, stops cleanly on SIGTERM, and keeps everything for the next start",
    limits,
    async () => {
      const first = await start();
      expect(first.curlLines).toHaveLength(2);
      expect(await runAll(first.curlLines)).toMatchObject([
        { status: "completed", output: { seals: ["Ada", "Grace"], total: 2 } },
        { greeting: "Ahoy, Ada!", visitor: 1 },
      ]);
      expect((await stat(join(dataDir, "demo.key"))).mode & 0o777).toBe(0o600);

      const descendants = listDescendants(first.child.pid ?? 0);
      expect(descendants.length).toBeGreaterThan(1);
      expect(await stop(first.child)).toEqual([0, null]);
      await expect.poll(() => filterLiving(descendants)).toEqual([]);

      const second = await start();
      expect(second.greeting).not.toMatch(/sk_\w{16}/);
      expect(await runAll(second.curlLines)).toMatchObject([
        { status: "completed" },
        { greeting: "Ahoy, Ada!" },
      ]);
      const key = (await readFile(join(dataDir, "demo.key"), "utf8")).trim();
      const executions = await fetch(`${second.url}/api/v1/executions`, {
        headers: { authorization: `Bearer ${key}`, connection: "close" },
      });
      const { items } = (await executions.json()) as { items: { trigger: string }[] };
      expect(items.filter(({ trigger }) => trigger !== "http")).toHaveLength(2);
      expect(await stop(second.child)).toEqual([0, null]);
    },
  );

  test("serves the home page and the probes, and goes on while load balancers turn to others", async () => {
    const { url, child } = await start({ SKERRY_DRAIN_MS: "600000" });
    const close = { headers: { connection: "close" } };
    const home = await fetch(url, close);
    expect(home.headers.get("content-security-policy")).toContain("default-src 'self'");
    expect(await home.text()).toMatch(/^<!doctype html><html lang="en">.*Isolation: (full|partial)/s);
    expect(await (await fetch(`${url}/health`, close)).json()).toMatchObject({ status: "ok" });
    expect(await (await fetch(`${url}/ready`, close)).json()).toEqual({ status: "ready" });
    const refused = await fetch(`${url}/health`, { ...close, method: "DELETE" });
    expect(refused.status).toBe(404);
    expect(await refused.json()).toMatchObject({ code: "ROUTE_NOT_FOUND" });

    const descendants = listDescendants(child.pid ?? 0);
    child.kill("SIGTERM");
    const isReady = async (): Promise<boolean> => (await fetch(`${url}/ready`)).ok;
    await expect.poll(isReady).toBe(false);
    const unready = await fetch(`${url}/ready`);
    expect(unready.headers.get("connection")).toBe("close");
    expect(await unready.json()).toEqual({ status: "stopping" });
    expect((await fetch(`${url}/health`)).status).toBe(200);
    expect((await fetch(`${url}/run/demo/ahoy`)).status).toBe(200);
    child.kill("SIGKILL");
    await once(child, "exit");
    await expect.poll(() => filterLiving(descendants)).toEqual([]);
  });

  test("lets a running execution end before it stops", async () => {
    const { child, url } = await start();
    const key = (await readFile(join(dataDir, "demo.key"), "utf8")).trim();
    const call = (path: string, body?: unknown): Promise<Response> =>
      fetch(`${url}/api/v1${path}`, {
        method: body === undefined ? "GET" : "POST",
        headers: { authorization: `Bearer ${key}`, "content-type": "application/json", connection: "close" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    const source = 'export default () => new Promise((done) => setTimeout(done, 3_000, "in time"))';
    await call("/scripts", { name: "slow", type: "oneoff", source });

    const execution = call("/scripts/slow/execute", { wait: true });
    const countRunning = async (): Promise<number> => {
      const { items } = (await (await call("/executions?status=running")).json()) as { items: unknown[] };
      return items.length;
    };
    await expect.poll(countRunning).toBe(1);
    const exit = stop(child);
    expect(await (await execution).json()).toMatchObject({ status: "completed", output: "in time" });
    expect(await exit).toEqual([0, null]);
  });

  test("leaves no database and no runner behind when it is killed", async () => {
    const { child, curlLines } = await start();
    await runAll(curlLines);
    const descendants = listDescendants(child.pid ?? 0);
    child.kill("SIGKILL");
    await once(child, "exit");
    await expect.poll(() => filterLiving(descendants)).toEqual([]);
  });
});

test("refuses a taken port with a hint, and leaves nothing running", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  try {
    const { port } = other.address() as AddressInfo;
    const env = { PORT: String(port), SKERRY_DATA_DIR: dataDir };
    const { exitCode, stderr } = await runSkerry(["start"], { env });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/taken.*PORT.*ADDRESS_IN_USE/);
  } finally {
    other.close();
  }
});
