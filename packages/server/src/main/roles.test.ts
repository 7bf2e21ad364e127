import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { expect, test, vi } from "vitest";
import { createTestDatabase } from "../../test/database.ts";
import { createTestPlatform } from "../../test/platform.ts";
import { spawnSkerry } from "../../test/skerry-process.ts";

/** Some ten seconds, and what a busy machine adds. */
const RECOVERY_MS = 40_000;

interface Worker extends AsyncDisposable {
  readonly child: ChildProcessWithoutNullStreams;
  readonly url: string;
}

/** A worker node as a process of its own. */
async function startWorker(databaseUrl: string): Promise<Worker> {
  const dataDir = await mkdtemp(join(tmpdir(), "skerry-worker-"));
  const env = {
    PORT: "0",
    DATABASE_URL: databaseUrl,
    SKERRY_DATA_DIR: dataDir,
    SKERRY_ROLE: "worker",
    SKERRY_RUNNERS_SPARE: "1",
    SKERRY_RUNNERS_MAX: "2",
  };
  const child = spawnSkerry(["start"], { env });
  const log = text(child.stderr);
  let url: string | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
    if (url !== undefined) break;
  }
  if (url === undefined) throw new Error(`the worker ended: ${await log}`);
  return {
    child,
    url,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGTERM");
        await once(child, "exit");
      }
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

interface AttemptBody {
  readonly status: string;
  readonly attempt: number;
  readonly error: { readonly code: string } | null;
  readonly output: unknown;
}

test("what a web node queues, a worker runs, and another one again when the first is killed", async () => {
  await using made = await createTestDatabase();
  await using web = await createTestPlatform({ database: made.database, role: "web" });
  const acme = await web.createTenant("acme");
  const source = `export default (input, ctx) =>
    new Promise((resolve) => setTimeout(resolve, ctx.execution.attempt === 1 ? 60_000 : 1, ctx.execution.attempt));`;
  await acme.request("POST", "/api/v1/scripts", { name: "slow-once", type: "oneoff", source });
  const listAttempts = async () => {
    const path = "/api/v1/executions?script=slow-once";
    const { body } = await acme.request<{ items: readonly AttemptBody[] }>("GET", path);
    return body.items.toReversed();
  };

  const begun = await acme.request("POST", "/api/v1/scripts/slow-once/execute", { wait: false });
  expect(begun).toMatchObject({ status: 202, body: { status: "pending" } });
  expect(await acme.request("POST", "/api/v1/scripts/slow-once/execute", { timeoutMs: 50 })).toMatchObject({
    body: { status: "timeout" },
  });
  expect((await listAttempts())[0]).toMatchObject({ status: "pending" });

  await using first = await startWorker(made.url);
  await vi.waitFor(async () => expect((await listAttempts())[0]).toMatchObject({ status: "running" }));
  await using second = await startWorker(made.url);
  expect((await fetch(`${second.url}/ready`)).status).toBe(200);
  const refused = await fetch(`${second.url}/api/v1/scripts`, { headers: { connection: "close" } });
  expect(refused.status).toBe(404);
  expect(await refused.json()).toMatchObject({ code: "ROUTE_NOT_FOUND" });

  first.child.kill("SIGKILL");
  await once(first.child, "exit");
  await vi.waitFor(
    async () =>
      expect(await listAttempts()).toMatchObject([
        { status: "failed", attempt: 1, error: { code: "NODE_LOST" } },
        { status: "timeout" },
        { status: "completed", attempt: 2, output: 2 },
      ]),
    { timeout: RECOVERY_MS, interval: 100 },
  );
}, 120_000);
