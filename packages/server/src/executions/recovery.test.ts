import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { pino } from "pino";
import { expect, test } from "vitest";
import { createTestPlatform } from "../../test/platform.ts";
import { recoverExecutions } from "./recovery.ts";

test("while nodes live, what has run longer than any execution can is ended, and nothing else", async () => {
  await using skerry = await createTestPlatform();
  const { database } = skerry;
  const tenant = await skerry.createTenant("acme");
  const script = { name: "wait", type: "oneoff", source: "export default () => 1;" };
  const { body } = await tenant.request("POST", "/api/v1/scripts", script);
  async function begin(minutesAgo: number): Promise<string> {
    const id = randomUUID();
    await sql`insert into skerry.executions (tenant_id, id, script_id, version, trigger, status, created_at)
      values ('acme', ${id}, ${body.id}, 1, 'api', 'running', now() - make_interval(mins => ${minutesAgo}))`.execute(
      database.kysely,
    );
    return id;
  }

  await using recovery = await recoverExecutions(database, pino({ level: "silent" }));
  const [stuck, running] = [await begin(21), await begin(15)];
  await recovery.endOverlong();
  const answer = await tenant.request("GET", `/api/v1/executions/${stuck}`);
  expect(answer.body).toMatchObject({ status: "failed", error: { code: "NODE_LOST" } });
  expect((await tenant.request("GET", `/api/v1/executions/${running}`)).body).toMatchObject({
    status: "running",
  });
});
