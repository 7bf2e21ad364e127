import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import type { Arena } from "../arena.ts";
import { type Attack, attackerOf } from "../catalogue.ts";
import { describeEnd } from "../outcome.ts";
import { runScriptAttack } from "../script-attack.ts";
import type { StagedTables } from "./staged-tables.ts";

/** Everything that an attack on the database needs. */
export interface DatabaseArena {
  readonly arena: Arena;
  readonly tables: StagedTables;
}

const SEE_TENANTS = `return await ctx.db.query("select distinct tenant_id, count(*) as count from orders group by 1")`;

/**
 * Runs an attack as a script, with tables that a host has exposed.
 *
 * @throws AssertionError saying what happened when it is not contained.
 */
export async function runDatabaseAttack(attack: Attack, { arena, tables }: DatabaseArena): Promise<void> {
  const before = await tables.readRows();
  await runScriptAttack(attack, arena);
  assert.deepEqual(await tables.readRows(), before, "rows were changed");
  await assertSeesOwn(attackerOf(attack), arena);
  await assertSeesOwn("other", arena);
}

/** The connection that the attack had is used again, by itself and by others. */
async function assertSeesOwn(tenant: string, arena: Arena): Promise<void> {
  const result = await arena.run(tenant, SEE_TENANTS);
  const own = [{ tenant_id: tenant, count: 20 }];
  const sees = result.status === "completed" ? (JSON.parse(result.output.json) as unknown) : undefined;
  assert.ok(isDeepStrictEqual(sees, own), `a look at the rows of ${tenant} ${describeEnd(result)}`);
}
