import type { WallSwitch } from "../wall-switch.ts";

const DB = "packages/server/src/db";
const SCOPE_TESTS = `${DB}/tenant-scope.test.ts`;

/** Row-level security of the platform's own tables. */
export const DATABASE_SWITCHES: readonly WallSwitch[] = [
  {
    wall: "database",
    what: "a tenant's transaction takes on the role that policies hold",
    file: `${DB}/tenant-scope.ts`,
    find: "set local role ${TENANT_ROLE}; ",
    replace: "",
    tests: [SCOPE_TESTS, "hides the rows of others"],
  },
  {
    wall: "database",
    what: "a transaction's tenant ends with it",
    file: `${DB}/tenant-scope.ts`,
    find: "'${tenantId}', true)`;",
    replace: "'${tenantId}', false)`;",
    tests: [SCOPE_TESTS, "ends with the transaction"],
  },
  {
    wall: "database",
    what: "only tenant ids get into the text of a statement",
    file: `${DB}/tenant-scope.ts`,
    find: "if (!TENANT_ID_PATTERN.test(tenantId)) {",
    replace: "if (false) {",
    tests: [SCOPE_TESTS, "as a tenant id"],
  },
  {
    wall: "database",
    what: "row-level security is on",
    file: `${DB}/migrations/0001-first-storey.ts`,
    find: "  execute format('alter table %s enable row level security', target);\n",
    replace: "",
    tests: [SCOPE_TESTS, "hides the rows of others"],
  },
  {
    wall: "database",
    what: "the owner of the tables obeys as well",
    file: `${DB}/migrations/0001-first-storey.ts`,
    find: "  execute format('alter table %s force row level security', target);\n",
    replace: "",
    tests: [SCOPE_TESTS, "every table with a tenant"],
  },
  {
    wall: "database",
    what: "rows of other tenants cannot be written",
    file: `${DB}/migrations/0001-first-storey.ts`,
    find: "with check (%2$I = current_setting(''skerry.tenant'', true))'",
    replace: "with check (true)'",
    tests: [SCOPE_TESTS, "refuses to write a row of another tenant"],
  },
  {
    wall: "database",
    what: "executions are protected",
    file: `${DB}/migrations/0001-first-storey.ts`,
    find: "select skerry.protect_tenant_table('skerry.executions', 'tenant_id');\n",
    replace: "",
    tests: [SCOPE_TESTS, "hides the rows of others"],
  },
  {
    wall: "database",
    what: "kept answers are protected",
    file: `${DB}/migrations/0002-repeated-requests.ts`,
    find: "select skerry.protect_tenant_table('skerry.idempotency_keys', 'tenant_id');\n",
    replace: "",
    tests: [SCOPE_TESTS, "every table with a tenant"],
  },
  {
    wall: "database",
    what: "a tenant's role may not change what is written once",
    file: `${DB}/migrations/0001-first-storey.ts`,
    find: "grant select, insert on skerry.script_versions,",
    replace: "grant select, insert, delete on skerry.script_versions,",
    tests: [SCOPE_TESTS, "may not make operator keys"],
  },
  {
    wall: "database",
    what: "a tenant's role may not change tenants",
    file: `${DB}/migrations/0001-first-storey.ts`,
    find: "grant select on skerry.tenants to skerry_tenant;",
    replace: "grant select, update on skerry.tenants to skerry_tenant;",
    tests: [SCOPE_TESTS, "may not make operator keys"],
  },
];
