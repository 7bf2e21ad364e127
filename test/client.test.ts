import { spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundleForBrowser } from "../packages/sandbox/src/bundles/browser.ts";
import { launchChromium } from "../packages/sandbox/test/chromium.ts";
import { spawnSkerry } from "../packages/server/test/skerry-process.ts";
import type * as ClientPage from "./client-page.ts";

const ADMIN_KEY = "sk_admin_of_these_tests_0123456789";

let dataDir: string;
let server: ChildProcessWithoutNullStreams;
let url: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "skerry-client-"));
  // The embedded database runs as another user when the tests run as root.
  await chmod(dataDir, 0o755);
  const env = { PORT: "0", SKERRY_DATA_DIR: dataDir, SKERRY_RUNNERS_SPARE: "1", SKERRY_ADMIN_KEY: ADMIN_KEY };
  server = spawnSkerry(["start"], { env });
  const log = text(server.stderr);
  for await (const line of createInterface({ input: server.stdout })) {
    url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0] ?? url;
    if (line.includes("/run/demo/")) return;
  }
  throw new Error(`skerry start ended: ${await log}`);
}, 120_000);

afterAll(async () => {
  server.kill("SIGTERM");
  await once(server, "exit");
  await rm(dataDir, { recursive: true, force: true });
});

test(
  "a tenant lives its whole life by the client, against a server that was started",
  { timeout: 60_000 },
  async () => {
    const example = join(import.meta.dirname, "../examples/src/tenant-life.ts");
    const child = spawn(process.execPath, ["--conditions=@skerry/source", example], {
      env: { SKERRY_URL: url, SKERRY_ADMIN_KEY: ADMIN_KEY },
    });
    const [stdout, stderr, [exitCode]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "exit"),
    ]);
    expect(stderr).toBe("");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("  info in 3\n  info in 2\n  info in 1\nit completed\n");
  },
);

test(
  "the client works in a browser: keys, lists, followed logs, errors, aborts",
  { timeout: 60_000 },
  async () => {
    const program = await bundleForBrowser("../../../../test/client-page.ts", "iife");
    await using browser = await launchChromium();
    // The home page allows no scripts of strangers.
    const context = await browser.newContext({ bypassCSP: true });
    const page = await context.newPage();
    await page.goto(url);
    await page.addScriptTag({ content: program });
    const seen = await page.evaluate<Awaited<ReturnType<typeof ClientPage.visit>>>(
      `Skerry.visit(${JSON.stringify(ADMIN_KEY)})`,
    );
    expect(seen).toEqual({
      output: { hello: "Ünïcode" },
      names: ["logging", "hello"],
      events: ["line 0", "line 1", "completed"],
      code: "SCRIPT_NOT_FOUND",
      aborted: "AbortError",
    });
  },
);
