import { sql } from "kysely";
import { expect, test, vi } from "vitest";
import { createTestDatabase } from "../../../test/database.ts";
import { createTestPlatform } from "../../../test/platform.ts";
import type { Database } from "../../db/open.ts";
import { NO_METRICS } from "./metrics.ts";
import type { Metrics } from "./metrics.ts";

/** Lets the first commit that changes a table fail as the loser of a deadlock. */
async function letCommitFail(database: Database, table: string, change: string): Promise<void> {
  await sql
    .raw(
      `
      create sequence commits_of_${table};
      create function fail_${table}() returns trigger language plpgsql security definer as $$
      begin
        if nextval('commits_of_${table}') = 1 then
          raise exception 'a deadlock' using errcode = 'deadlock_detected';
        end if;
        return null;
      end $$;
      create constraint trigger fail after ${change} on skerry.${table}
        deferrable initially deferred for each row execute function fail_${table}()`,
    )
    .execute(database.kysely);
}

async function countCommits(database: Database, table: string): Promise<number> {
  const { rows } = await sql
    .raw<{ count: number }>(`select last_value::integer as count from commits_of_${table}`)
    .execute(database.kysely);
  return rows[0]?.count ?? 0;
}

test("a delivery and a dead letter count once where their transactions have to be run again", async () => {
  await using resources = new AsyncDisposableStack();
  const { database } = resources.use(await createTestDatabase());
  const counts = new Map<string, number>();
  const count: Metrics["count"] = (name, _attributes, value = 1) =>
    void counts.set(name, (counts.get(name) ?? 0) + value);
  const skerry = resources.use(await createTestPlatform({ database, metrics: { ...NO_METRICS, count } }));
  const tenant = await skerry.createTenant("acme");
  const script = await tenant.request("POST", "/api/v1/scripts", {
    name: "handle",
    type: "event",
    source: "export default () => { throw new Error('never'); };",
    settings: { events: ["step.*"], retry: { attempts: 1 } },
  });
  expect(script.status).toBe(201);
  await letCommitFail(database, "events", "update");
  await letCommitFail(database, "dead_letters", "insert");
  await tenant.request("POST", "/api/v1/events", { type: "step.taken", payload: null });
  await vi.waitFor(() => expect(counts.get("skerry_dead_letters")).toBe(1));
  // The event, again, and that which tells of the failure, to nobody.
  await vi.waitFor(async () => expect(await countCommits(database, "events")).toBe(3));
  expect(await countCommits(database, "dead_letters")).toBe(2);
  expect(counts.get("skerry_event_deliveries")).toBe(1);
  expect(counts.get("skerry_dead_letters")).toBe(1);
});
