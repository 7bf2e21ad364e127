// The whole life of a tenant, told by @skerry/client to a Skerry that runs: begin it with `npm start`, then
//
//   SKERRY_ADMIN_KEY=… node --conditions=@skerry/source examples/src/tenant-life.ts
//
// SKERRY_URL says where it runs when not on http://127.0.0.1:3000. Nothing is left behind.
import assert from "node:assert/strict";
import { createClient, SkerryClientError } from "@skerry/client";
import type { Client } from "@skerry/client";

const { SKERRY_URL: url = "http://127.0.0.1:3000", SKERRY_ADMIN_KEY: adminKey = "" } = process.env;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** The product's team takes a customer on. */
async function beginTenant(operator: Client): Promise<{ id: string; owner: Client }> {
  const { tenant, apiKey } = await operator.tenants.create({ name: "Blue Ocean" });
  say(`made the tenant ${tenant.name}`);
  return { id: tenant.id, owner: createClient({ url, key: apiKey }) };
}

/** Its owner gives a developer a key that may do just what developing takes. */
async function hireDeveloper(owner: Client): Promise<Client> {
  await owner.users.create({ email: "ada@blue-ocean.example", name: "Ada", role: "developer" });
  const { key } = await owner.apiKeys.create({
    name: "deploy",
    scopes: ["scripts.read", "scripts.create", "scripts.update", "scripts.execute", "executions.read"],
  });
  say("invited Ada and made her a key");
  return createClient({ url, key });
}

const GREET = `
export default async function ({ name }, ctx) {
  const greeting = await ctx.secrets.get("GREETING");
  ctx.log.info("greeting " + name);
  return greeting.length + " letters for " + name;
}`;

/** A script begins as a draft, which may be run, and is published when it is good. */
async function publishScript(owner: Client, developer: Client): Promise<void> {
  await owner.secrets.set("GREETING", { value: "Ahoy there" });
  await developer.scripts.create({ name: "greet", type: "oneoff", source: GREET, status: "draft" });
  const { activeVersion } = await developer.scripts.publish("greet", { draft: true, note: "the first" });
  const run = await developer.scripts.execute("greet", { input: { name: "Grace" } });
  assert.equal(run.output, "10 letters for Grace");
  say(`published version ${activeVersion} of greet, and ran it: ${run.status}`);
}

const COUNT = `
export default async function (input, ctx) {
  for (const step of [3, 2, 1]) {
    ctx.log.info("in " + step);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}`;

/** Logs are followed while the script runs. */
async function followExecution(developer: Client): Promise<void> {
  await developer.scripts.create({ name: "count-down", type: "oneoff", source: COUNT });
  const { id } = await developer.scripts.execute("count-down", { wait: false });
  for await (const event of developer.executions.follow(id)) {
    if (event.type === "log") say(`  ${event.line.level} ${event.line.message}`);
    if (event.type === "end") say(`it ${event.status}`);
  }
}

/** A change turns out to be bad, so the version before is published again. */
async function rollBack(developer: Client): Promise<void> {
  await developer.scripts.update("greet", { source: "export default () => 'oops';", baseVersion: 1 });
  await assert.rejects(
    developer.scripts.update("greet", { source: "export default () => 0;", baseVersion: 1 }),
    (error) => error instanceof SkerryClientError && error.code === "VERSION_CONFLICT",
  );
  const { source } = await developer.scripts.publish("greet", { version: 1 });
  assert.equal(source, GREET);
  const versions: number[] = [];
  for await (const { version } of developer.scripts.versions("greet")) versions.push(version);
  assert.deepEqual(versions, [2, 1]);
  say("rolled back to version 1");
}

/** What happened and what was used is on record, and everything can be taken along. */
async function review(owner: Client): Promise<void> {
  const actions: string[] = [];
  for await (const { action } of owner.audit.list({ limit: 5 })) actions.push(action);
  say(`the audit log tells of ${actions.length} changes, the first of them ${actions.at(-1)}`);
  const { quotas } = await owner.limits.get();
  say(`executions this month: ${quotas.executionsPerMonth.used}`);
  const document = await owner.transfer.export({ history: true });
  const { unchanged } = await owner.transfer.import({ document, mode: "merge", dryRun: true });
  say(`exported ${document.scripts.length} scripts, of which ${unchanged.length} are here already`);
}

/** The customer leaves, with everything of theirs. */
async function endTenant(operator: Client, owner: Client, id: string): Promise<void> {
  await operator.tenants.delete(id);
  await assert.rejects(
    owner.scripts.list(),
    (error) => error instanceof SkerryClientError && error.status === 401,
  );
  say("deleted the tenant: its keys open nothing any more");
}

const operator = createClient({ url, key: adminKey });
const { id, owner } = await beginTenant(operator);
try {
  const developer = await hireDeveloper(owner);
  await publishScript(owner, developer);
  await followExecution(developer);
  await rollBack(developer);
  await review(owner);
} finally {
  await endTenant(operator, owner, id);
}
