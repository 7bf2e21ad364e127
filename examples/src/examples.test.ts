import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import pg from "pg";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { createPlayground } from "./playground.ts";
import type { Playground } from "./playground.ts";

const START_MS = 90_000;
const NODE_FLAGS = [
  "--no-node-snapshot",
  "--conditions=@skerry/source",
  // Pages of the web UI are not JavaScript yet, where they come from the sources.
  `--import=${new URL("../../scripts/tsx-loader.mjs", import.meta.url).href}`,
];

/** One PostgreSQL for all examples, a database for each: starting one takes a second. */
let playground: Playground;
beforeAll(async () => {
  playground = await createPlayground();
});
afterAll(() => playground[Symbol.asyncDispose]());

async function createDatabase(file: string): Promise<string> {
  const name = file.replaceAll(/\W/g, "_");
  const client = new pg.Client(playground.administratorUrl);
  await client.connect();
  await client.query(`create database ${name} owner skerry`);
  await client.end();
  const url = new URL(playground.databaseUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** Starts an example in a process of its own, as its reader would, but for the database. */
async function spawnExample(file: string) {
  const dataDir = await mkdtemp(join(tmpdir(), "skerry-example-"));
  const child = spawn(process.execPath, [...NODE_FLAGS, join(import.meta.dirname, file)], {
    env: {
      ...process.env,
      PORT: "0",
      DATABASE_URL: await createDatabase(file),
      SKERRY_DATA_DIR: dataDir,
      SKERRY_RUNNERS_SPARE: "1",
      LOG_LEVEL: "error",
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
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
    const page = await fetch(`${url}/skerry/t/acme/scripts`, {
      headers: { cookie: "session=session-of-ada" },
    });
    const [, styles = ""] = /<link rel="stylesheet" href="([^"]+)"/.exec(await page.text()) ?? [];
    expect([page.status, (await fetch(url + styles)).status]).toEqual([200, 200]);
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

test("quotes.ts calls, remembers, writes, and counts what is left", { timeout: START_MS }, async () => {
  const { lines, exited } = await run("quotes.ts");
  expect(await exited).toEqual([0, null]);
  expect(lines).toEqual([
    '{"text":"A1 × 2: 100 USD","executionsLeft":98}, after 1 lines of log',
    '{"text":"A1 × 3: 150 USD","executionsLeft":96}, after 0 lines of log',
  ]);
});

test("workflow.ts evaluates the parameters of its nodes", { timeout: START_MS }, async () => {
  const { lines, exited } = await run("workflow.ts");
  expect(await exited).toEqual([0, null]);
  expect(lines).toEqual([
    '{"to":"ada@acme.example","subject":"Order 7 of Ada Lovelace","share":"30 %","priority":"normal"}',
    '{"to":"cho@acme.example","subject":"Order 9 of Cho Min","share":"65 %","priority":"normal"}',
    "EXPRESSION_EXTENSION at 2",
  ]);
});

test("two-nodes.ts runs at one node what another accepted", { timeout: START_MS }, async () => {
  const { lines, exited } = await run("two-nodes.ts");
  expect(await exited).toEqual([0, null]);
  expect(lines).toEqual([
    "published three orders at the web node, and there is no worker",
    "a worker came, and packed them",
    "the worker is gone again, and the next order waits for another",
    "which packs it",
  ]);
});

test(
  "editor-in-product.ts shows a page, the editor in it, and lets a token in",
  { timeout: START_MS },
  async () => {
    const { url, child } = await start("editor-in-product.ts");
    const port = new URL(url).port;
    const get = async (host: string, path: string, headers: Readonly<Record<string, string>> = {}) => {
      const sent = request(url + path, { headers: { ...headers, host: `${host}.localhost:${port}` } }).end();
      const [answer] = await once(sent, "response");
      return { status: answer.statusCode, headers: answer.headers, body: await text(answer) };
    };

    const editor = `http://scripts.localhost:${port}/embed/t/acme/scripts/pricing`;
    expect((await get("app", "/")).body).toContain(`src="${editor}"`);
    const shell = await get("scripts", "/embed/t/acme/scripts/pricing");
    expect(shell.status).toBe(200);
    expect(shell.headers["content-security-policy"]).toContain(
      `frame-ancestors http://app.localhost:${port}`,
    );
    const token = (await get("app", "/editor-token")).body;
    const scripts = await get("scripts", "/api/v1/scripts", { authorization: `Bearer ${token}` });
    expect(JSON.parse(scripts.body)).toMatchObject({ items: [{ name: "pricing" }] });

    const exited = once(child, "exit");
    child.kill("SIGTERM");
    expect(await exited).toEqual([0, null]);
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
