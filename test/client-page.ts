/** What the page of `client.test.ts` runs. */
import { createClient } from "../packages/client/src/index.ts";
import type { SkerryClientError } from "../packages/client/src/index.ts";

const LOGGING = `
export default async function (input, ctx) {
  for (const number of [0, 1]) {
    ctx.log.info("line " + number);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}`;

/** Uses the Skerry that this page came from. */
export async function visit(adminKey: string) {
  const operator = createClient({ key: adminKey });
  const { tenant } = await operator.tenants.create({ name: "Browser" });
  const client = createClient({ key: adminKey, tenant: tenant.id });

  const source = "export default (input) => ({ hello: input });";
  await client.scripts.create({ name: "hello", type: "oneoff", source });
  await client.scripts.create({ name: "logging", type: "oneoff", source: LOGGING });
  const { output } = await client.scripts.execute("hello", { input: "Ünïcode" });
  const names: string[] = [];
  for await (const { name } of client.scripts.list({ limit: 1 })) names.push(name);

  const { id } = await client.scripts.execute("logging", { wait: false });
  const events: string[] = [];
  for await (const event of client.executions.follow(id)) {
    if (event.type === "log") events.push(event.line.message);
    if (event.type === "end") events.push(event.status);
  }
  const code = await client.scripts.get("none").catch((error: unknown) => (error as SkerryClientError).code);
  const aborted = await client.scripts
    .get("hello", { signal: AbortSignal.abort() })
    .catch((error: unknown) => (error as Error).name);
  await operator.tenants.delete(tenant.id);
  return { output, names, events, code, aborted };
}
