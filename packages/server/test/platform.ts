import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { guestBundle } from "#bundles";
import { createRunnerPool } from "@skerry/sandbox";
import type { Capability, RunnerPool } from "@skerry/sandbox";
import { pino } from "pino";
import type { Database } from "../src/db/open.ts";
import { createCapabilities } from "../src/main/capabilities.ts";
import { createPlatform } from "../src/platform.ts";
import type { Platform, PlatformOptions } from "../src/platform.ts";
import { createTestDatabase } from "./database.ts";

export const OPERATOR_KEY = "sk_operator_for_tests_only_0123456789";

/** An answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body where it is JSON, else undefined. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests assert on what is in it
  readonly body: any;
}

/** Asks one server with one API key. */
export interface TestClient {
  /** `body` is sent as JSON unless it is a text already. */
  request(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
}

/** A platform behind a real HTTP server, with a real database and real runners. */
export interface TestPlatform extends AsyncDisposable {
  readonly database: Database;
  readonly pool: RunnerPool;
  readonly platform: Platform;
  readonly url: string;
  readonly operator: TestClient;
  /** A client without a key, or with any. */
  client(key?: string, headers?: Record<string, string>): TestClient;
  /** Makes a tenant. @returns a client with its first key. */
  createTenant(id: string): Promise<TestClient & { readonly key: string }>;
}

export async function createTestPlatform(options: Partial<PlatformOptions> = {}): Promise<TestPlatform> {
  await using starting = new AsyncDisposableStack();
  const { database } = starting.use(await createTestDatabase());
  const { capabilities } = starting.use(createCapabilities());
  const pool = starting.use(await createTestPool(capabilities));
  const platform = starting.use(
    await createPlatform({
      database,
      pool,
      logger: pino({ level: "silent" }),
      operatorKey: OPERATOR_KEY,
      ...options,
    }),
  );
  const server = createAdaptorServer({ fetch: (request) => platform.fetch(request) }) as Server;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  starting.defer(async () => {
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client: TestPlatform["client"] = (key, headers) => createTestClient(url, key, headers);
  const operator = client(OPERATOR_KEY);

  const parts = starting.move();
  return {
    database,
    pool,
    platform,
    url,
    operator,
    client,
    async createTenant(id) {
      const { status, body, text } = await operator.request("POST", "/api/v1/tenants", { id, name: id });
      if (status !== 201) throw new Error(`the tenant ${id} was not made: ${text}`);
      return { ...client(body.apiKey), key: body.apiKey };
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

async function createTestPool(capabilities: readonly Capability[]): Promise<RunnerPool> {
  return await createRunnerPool({
    capabilities,
    guestBundle: await guestBundle(),
    maxRunners: 3,
    spareRunners: 1,
  });
}

function createTestClient(url: string, key?: string, extra: Record<string, string> = {}): TestClient {
  const authorization: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` };
  return {
    async request(method, path, body, headers = {}) {
      const response = await fetch(url + path, {
        method,
        headers: {
          ...authorization,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...extra,
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
        redirect: "manual",
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, text, body: parse(response, text) };
    },
  };
}

function parse(response: Response, text: string): unknown {
  return /json/.test(response.headers.get("content-type") ?? "") ? JSON.parse(text) : undefined;
}
