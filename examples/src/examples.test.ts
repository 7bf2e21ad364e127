import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test } from "vitest";

const START_MS = 90_000;

/** Starts an example in a process of its own, as its reader would. */
async function spawnExample(file: string) {
  const dataDir = await mkdtemp(join(tmpdir(), "skerry-example-"));
  const child = spawn(
    process.execPath,
    ["--no-node-snapshot", "--conditions=@skerry/source", join(import.meta.dirname, file)],
    {
      env: { ...process.env, PORT: "0", SKERRY_DATA_DIR: dataDir, LOG_LEVEL: "error" },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await rm(dataDir, { recursive: true, force: true });
  });
  return child;
}

/** Starts an example that serves. @returns where it listens, and how to end it. */
async function start(file: string) {
  const child = await spawnExample(file);
  for await (const line of createInterface(child.stdout)) {
    const url = /^listening on (.*)$/.exec(line)?.[1];
    if (url !== undefined) return { url, child };
  }
  throw new Error(`${file} ended before it listened: ${child.exitCode}`);
}

/** Runs an example that ends by itself. @returns what it says, and how it ended. */
async function run(file: string) {
  const child = await spawnExample(file);
  const exited = once(child, "exit");
  const lines: string[] = [];
  for await (const line of createInterface(child.stdout)) lines.push(line);
  return { lines, exited };
}

async function readJson(answer: Promise<Response>): Promise<{ status: number; body: unknown }> {
  const response = await answer;
  return { status: response.status, body: await response.json() };
}

test.each(["with-hono.ts", "with-express.ts", "with-fastify.ts", "with-node-http.ts"])(
  "%s serves a product and Skerry side by side, and closes cleanly",
  { timeout: START_MS },
  async (file) => {
    const { url, child } = await start(file);
    const price = (customer: string, quantity: number) =>
      readJson(
        fetch(`${url}/prices/${customer}`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ sku: "A1", quantity }),
        }),
      );
    expect(await price("acme", 10)).toEqual({ status: 200, body: { total: 360 } });
    expect((await price("globex", 10)).body).toEqual({ total: 500 });

    const scripts = (session: string) =>
      readJson(fetch(`${url}/skerry/api/v1/scripts`, { headers: { cookie: `session=${session}` } }));
    expect(await scripts("session-of-ada")).toMatchObject({
      status: 200,
      body: { items: [{ name: "pricing" }] },
    });
    expect(await scripts("session-of-bob")).toMatchObject({ status: 200, body: { items: [] } });
    expect(await scripts("session-of-nobody")).toMatchObject({ status: 401 });
    // A body travels through every framework, and what the session may not do is refused behind it.
    const refused = await readJson(
      fetch(`${url}/skerry/api/v1/scripts`, {
        method: "POST",
        headers: { cookie: "session=session-of-ada", "content-type": "application/json" },
        body: JSON.stringify({ name: "x", type: "oneoff", source: "export default () => 1" }),
      }),
    );
    expect(refused).toMatchObject({ status: 403, body: { code: "PERMISSION_DENIED" } });

    const exited = once(child, "exit");
    child.kill("SIGTERM");
    expect(await exited).toEqual([0, null]);
  },
);

test("events.ts publishes, fails, and mends what failed", { timeout: START_MS }, async () => {
  const { lines, exited } = await run("events.ts");
  expect(await exited).toEqual([0, null]);
  expect(lines).toEqual([
    "published an order",
    expect.stringMatching(/^gave up after 2 attempts: .*nobody answers at the harbour/),
    "mended the script, and its replay completed",
    expect.stringMatching(/^shipped 7, which was packed at \d{4}-/),
  ]);
});

test(
  "schedule.ts makes reports of which each begins where the one before ended",
  { timeout: START_MS },
  async () => {
    const { lines, exited } = await run("schedule.ts");
    expect(await exited).toEqual([0, null]);
    expect(lines).toEqual([
      expect.stringMatching(/^the next of 5 reports would be made at \d{4}-\d\d-\d\dT0[78]:00:00.000Z$/),
      "made two reports, and paused",
    ]);
  },
);

test("endpoint.ts answers those who have a key", { timeout: START_MS }, async () => {
  const { lines, exited } = await run("endpoint.ts");
  expect(await exited).toEqual([0, null]);
  expect(lines).toEqual([
    "GET /orders/7: 401 KEY_MISSING",
    'GET /orders/7?currency=SEK: 200 {"id":"7","total":120,"currency":"SEK"}',
    "DELETE /orders/7: 405 METHOD_NOT_ALLOWED",
  ]);
});

test(
  "one-off.ts does something once, later, and tells how far it has come",
  { timeout: START_MS },
  async () => {
    const { lines, exited } = await run("one-off.ts");
    expect(await exited).toEqual([0, null]);
    expect(lines).toEqual([
      "asked for it: pending",
      "  imported A1",
      "  imported B2",
      "  imported C3",
      "it completed",
      '{"rows":3,"total":30}, 100 % done',
    ]);
  },
);

test.each(["saas-orders", "stripe-webhook"])(
  "%s ends by itself, and says what its README promises",
  { timeout: START_MS },
  async (name) => {
    const { lines, exited } = await run(`../${name}/main.ts`);
    expect(await exited).toEqual([0, null]);
    const readme = await readFile(join(import.meta.dirname, "..", name, "README.md"), "utf8");
    expect(`${lines.join("\n")}\n`).toBe(/^```text\n(.*?)^```$/ms.exec(readme)?.[1]);
  },
);
