import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@skerry/client";
import { expect, onTestFinished, test } from "vitest";
import { createTestDatabase } from "../test/database.ts";
import { serveHttp } from "../test/http/servers.ts";
import { z } from "zod";
import { createSkerry, defineService, ServiceError } from "./index.ts";
import type { Skerry, SkerryOptions } from "./index.ts";

const OPERATOR_KEY = "operator-key-of-the-host";

/** A host's Skerry on a database of its own. */
async function start(resources: AsyncDisposableStack, options: SkerryOptions = {}): Promise<Skerry> {
  const { url: databaseUrl } = resources.use(await createTestDatabase());
  const dataDir = await mkdtemp(join(tmpdir(), "skerry-host-"));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  const quiet = { operatorKey: OPERATOR_KEY, maxRunners: 2, spareRunners: 0, logLevel: "silent" } as const;
  return resources.use(await createSkerry({ databaseUrl, dataDir, ...quiet, ...options }));
}

/** Makes the tenant `acme` with an embedded script that answers `answer`. */
async function furnish(skerry: Skerry, answer: string): Promise<void> {
  await createClient({ fetch: skerry.fetchAs({ operator: true }) }).tenants.create({
    id: "acme",
    name: "Acme",
  });
  const source = `export default (input) => ${JSON.stringify(answer)} + " " + (input?.name ?? "nobody");`;
  const acme = createClient({ fetch: skerry.fetchAs({ tenant: "acme", user: "ada" }) });
  await acme.scripts.create({ name: "greet", type: "embedded", source });
}

test("a host runs Skerry in its own process, on its own database, without a port", async () => {
  await using resources = new AsyncDisposableStack();
  const skerry = await start(resources);
  const request = (key: string): Request =>
    new Request("http://host.example/api/v1/tenants", {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify({ id: "acme", name: "Acme" }),
    });
  expect((await skerry.fetch(request("a key of somebody else"))).status).toBe(401);
  expect((await skerry.fetch(request(OPERATOR_KEY))).status).toBe(201);

  const event = { type: "order.created", payload: { total: 7 }, id: "order-7" };
  expect(await skerry.events.publish("acme", [event, event])).toEqual(["order-7", "order-7"]);
  await expect(skerry.events.publish("nobody", event)).rejects.toMatchObject({ code: "TENANT_NOT_FOUND" });
  await expect(skerry.events.publish("acme", { type: "No Type" })).rejects.toMatchObject({
    code: "INPUT_INVALID",
    message: expect.stringMatching(/^type: must be words/),
  });
  await Promise.all([skerry.close(), skerry.close()]);
});

test("two of them in one process share nothing, and one outlives the other", async () => {
  const globals = [globalThis.Request, globalThis.Response, globalThis.fetch];
  await using resources = new AsyncDisposableStack();
  const [first, second] = [await start(resources), await start(resources)];
  await Promise.all([furnish(first, "first"), furnish(second, "second")]);
  const input = { name: "Ada" };
  const answers = [first.call("acme", "greet", input), second.call("acme", "greet", input)];
  expect(await Promise.all(answers)).toEqual(["first Ada", "second Ada"]);

  await first.close();
  const acme = createClient({ fetch: second.fetchAs({ tenant: "acme" }) });
  await acme.scripts.create({ name: "later", type: "embedded", source: "export default () => 1;" });
  expect(await second.call("acme", "later", null)).toBe(1);
  await expect(first.call("acme", "greet", input, { fallback: "closed" })).resolves.toBe("closed");
  expect([globalThis.Request, globalThis.Response, globalThis.fetch]).toEqual(globals);
});

test("scripts call services of the host, with the user for whom the host asks", async () => {
  const refund = defineService({
    name: "orders.refund",
    input: z.object({ id: z.string() }),
    output: z.object({ by: z.string().nullable() }),
    handler: ({ id }, { tenant, user }) => {
      if (id !== "A7") throw new ServiceError("ORDER_NOT_FOUND", `${tenant} has no order ${id}.`);
      return { by: user ?? null };
    },
  });
  await using resources = new AsyncDisposableStack();
  const skerry = await start(resources, { services: [refund] });
  await furnish(skerry, "hello");
  const acme = createClient({ fetch: skerry.fetchAs({ tenant: "acme", user: "ada" }) });
  const source = "export default (input, ctx) => ctx.services.orders.refund(input);";
  await acme.scripts.create({ name: "refund", type: "embedded", source });
  expect(await acme.scripts.call("refund", { input: { id: "A7" } })).toMatchObject({ output: { by: "ada" } });
  expect(await skerry.call("acme", "refund", { id: "A7" })).toEqual({ by: null });
  const missing = skerry.call("acme", "refund", { id: "B8" }, { fallback: ({ message }) => message });
  expect(await missing).toContain("ORDER_NOT_FOUND: acme has no order B8.");
  await expect(start(resources, { services: [refund, refund] })).rejects.toMatchObject({
    code: "CONFIG_INVALID",
  });
});

test("scripts and alerts reach the internal hosts that the host names, and their tenants alone", async () => {
  const received: string[] = [];
  await using resources = new AsyncDisposableStack();
  const server = resources.use(
    await serveHttp((request, response) => {
      received.push(`${request.method} ${request.url}`);
      response.end("paid");
    }),
  );
  const { port } = server;
  const billing = { name: "billing.internal", address: "127.0.0.1", port, tenants: ["acme"] };
  await expect(start(resources, { http: { internal: [{ ...billing, port: 0 }] } })).rejects.toMatchObject({
    code: "CONFIG_INVALID",
  });
  const skerry = await start(resources, { http: { internal: [billing] } });
  await furnish(skerry, "hello");
  await createClient({ fetch: skerry.fetchAs({ operator: true }) }).tenants.create({
    id: "other",
    name: "O",
  });
  const url = `http://billing.internal:${port}`;
  const source = `export default async (_, ctx) => (await ctx.http.get("${url}/paid")).body;`;
  for (const tenant of ["acme", "other"]) {
    const { scripts } = createClient({ fetch: skerry.fetchAs({ tenant }) });
    await scripts.create({ name: "bill", type: "embedded", source });
  }
  expect(await skerry.call("acme", "bill", null)).toBe("paid");
  await expect(skerry.call("other", "bill", null)).rejects.toThrow("HTTP_DESTINATION_REFUSED");

  const acme = createClient({ fetch: skerry.fetchAs({ tenant: "acme" }) });
  const failing = "export default () => { throw new Error(); };";
  const webhook = { url: `${url}/hook` };
  const settings = { events: ["order.*"], retry: { attempts: 1 }, onFailure: { webhook } };
  await acme.scripts.create({ name: "breaks", type: "event", source: failing, settings });
  await skerry.events.publish("acme", { type: "order.created" });
  await expect.poll(() => received, { timeout: 20_000 }).toEqual(["GET /paid", "POST /hook"]);
});

test("a call of the host fails open with a fallback and closed without", async () => {
  await using resources = new AsyncDisposableStack();
  const skerry = await start(resources);
  await furnish(skerry, "hello");
  const missing = { fallback: { total: 0 } };
  expect(await skerry.call("acme", "missing", null, missing)).toEqual({ total: 0 });
  await expect(skerry.call("acme", "missing", null)).rejects.toMatchObject({ code: "SCRIPT_NOT_FOUND" });
  await expect(skerry.call("nobody", "greet", null)).rejects.toMatchObject({ code: /NOT_FOUND$/ });
});

test("what the host's own code does is recorded with the user it names", async () => {
  await using resources = new AsyncDisposableStack();
  const skerry = await start(resources);
  await furnish(skerry, "hello");
  const acme = createClient({ fetch: skerry.fetchAs({ tenant: "acme" }) });
  const { items } = await acme.audit.list({});
  expect(items).toContainEqual(expect.objectContaining({ action: "script.created", actor: "host:ada" }));
  const reader = createClient({ fetch: skerry.fetchAs({ tenant: "acme", permissions: ["scripts.read"] }) });
  await expect(reader.scripts.delete("greet")).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
  const stranger = createClient({ fetch: skerry.fetchAs({ tenant: "nobody" }) });
  const made = stranger.scripts.create({ name: "x", type: "oneoff", source: "export default () => 1;" });
  await expect(made).rejects.toMatchObject({ code: "TENANT_NOT_FOUND" });
});
