import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { createTestDatabase } from "../../test/database.ts";
import { withPlatform } from "../db/tenant-scope.ts";
import { claimJobs, insertJobs, renewLeases } from "./repository.ts";

const LEASE_MS = 60_000;

test("a job that is being cancelled while leases are renewed is not taken for lost", async () => {
  await using prepared = await createTestDatabase();
  const { database } = prepared;
  await database.kysely.insertInto("tenants").values({ id: "acme", name: "acme" }).execute();
  const retry = { attempts: 3, backoffMs: 1, maxBackoffMs: 4 };
  const job = { tenantId: "acme", kind: "test", payload: "{}", retry, expireMs: 10_000 };
  await withPlatform(database, (queries) => insertJobs(queries, [job]));
  const claim = { nodeId: randomUUID(), kinds: ["test"], free: 1, reserved: 0, leaseMs: LEASE_MS };
  // The first look makes the tenant known.
  await claimJobs(database.kysely, claim);
  await database.pool.query("update skerry.job_lanes set concurrency = 10");
  const claimed = await claimJobs(database.kysely, claim);
  const [mine] = claimed;
  if (mine === undefined) throw new Error("the job was not claimed");
  const renew = (jobs = claimed) => renewLeases(database.kysely, jobs, LEASE_MS);

  expect(await renew()).toEqual(new Map([[mine.id, { isCancelled: false, isRenewed: true }]]));
  await withPlatform(database, async (canceller) => {
    await sql`update skerry.jobs set is_cancelled = true where id = ${mine.id}`.execute(canceller);
    expect(await renew()).toEqual(new Map([[mine.id, { isCancelled: false, isRenewed: false }]]));
  });
  expect(await renew()).toEqual(new Map([[mine.id, { isCancelled: true, isRenewed: true }]]));
  // Another node has taken it over.
  expect(await renew([{ ...mine, claim: mine.claim + 1 }])).toEqual(new Map());
});
