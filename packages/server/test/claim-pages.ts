import { randomUUID } from "node:crypto";
import type { Database } from "../src/db/open.ts";

/**
 * How many pages the claim of one job of the kind `test` reads and writes, which is the same on any machine, however
 * busy.
 */
export async function countPagesOfClaim(
  { pool }: Database,
  { reserved }: { readonly reserved: number },
): Promise<number> {
  const { rows } = await pool.query<{ "QUERY PLAN": [{ Plan: Record<string, number> }] }>(
    `explain (analyze, buffers, format json)
     select id from skerry.claim_jobs('${randomUUID()}', '{test}', 1, ${reserved}, 60000)`,
  );
  const plan = rows[0]?.["QUERY PLAN"][0].Plan;
  return (plan?.["Shared Hit Blocks"] ?? 0) + (plan?.["Shared Read Blocks"] ?? 0);
}
