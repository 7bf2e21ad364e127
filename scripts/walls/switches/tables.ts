import type { WallSwitch } from "../wall-switch.ts";

const TABLES = "packages/server/src/tables";
const TESTS = `${TABLES}/tables.test.ts`;
const ATTACK_TESTS = "packages/server/src/attacks/attacks.test.ts";

/** Tables of tenants' own, and what their SQL finds when it is attacked as a whole. */
export const TABLE_SWITCHES: readonly WallSwitch[] = [
  {
    wall: "database",
    what: "a tenant's own tables show their rows to its token alone",
    file: `${TABLES}/table-plan.ts`,
    find: "using (${isTenants}) with check (${isTenants})",
    replace: "using (true) with check (true)",
    tests: [TESTS, "shows nothing to the token"],
  },
  {
    wall: "database",
    what: "a tenant's own tables end with it",
    file: "packages/server/src/tenants/service.ts",
    find: "        await dropTenantSchema(queries, id);\n",
    replace: "",
    tests: [TESTS, "leaves no table behind"],
  },
  {
    wall: "capabilities",
    what: "rows of a tenant's own tables have the quota of what it stores",
    file: "packages/server/src/db/migrations/0021-own-tables.ts",
    find: "    if total > coalesce(",
    replace: "    if false and total > coalesce(",
    tests: [TESTS, "rows count towards"],
  },
  {
    wall: "isolate",
    what: "parameters of SQL pass no setters of the script",
    file: "packages/server/src/guest/ctx/db.ts",
    find: "    appendOwn(plain, isTaken ? null : plainValue(value));\n",
    replace: "    plain[index] = isTaken ? null : plainValue(value);\n",
    tests: [ATTACK_TESTS, "bridge.primordial-tamper.02"],
  },
];
