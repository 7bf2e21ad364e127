import type { WallSwitch } from "../wall-switch.ts";

const AUDIT = "packages/server/src/audit";
const MIGRATION = "packages/server/src/db/migrations/0007-audit.ts";
const RECORDER_TESTS = `${AUDIT}/recorder.test.ts`;
const VERIFICATION_TESTS = `${AUDIT}/verification.test.ts`;
const ROUTE_TESTS = `${AUDIT}/audit.test.ts`;

/** What was recorded stays as it was recorded, and with whom it belongs. */
export const AUDIT_SWITCHES: readonly WallSwitch[] = [
  {
    wall: "database",
    what: "audit records are neither changed nor removed",
    file: MIGRATION,
    find: "create trigger append_only before update or delete or truncate on skerry.audit_log",
    replace: "create trigger append_only before truncate on skerry.audit_log",
    tests: [RECORDER_TESTS, "only grows"],
  },
  {
    wall: "database",
    what: "heads of audit chains change with a record only",
    file: MIGRATION,
    find: "when (pg_trigger_depth() = 0) ",
    replace: "when (false) ",
    tests: [RECORDER_TESTS, "only grows"],
  },
  {
    wall: "database",
    what: "audit records are the tenant's own",
    file: MIGRATION,
    find: "select skerry.protect_tenant_table('skerry.audit_log', 'tenant_id');\n",
    replace: "",
    tests: [RECORDER_TESTS, "its own chain only"],
  },
  {
    wall: "database",
    what: "audit records are chained",
    file: MIGRATION,
    find: "  update skerry.audit_heads set hash = new.hash where tenant_id = new.tenant_id;\n",
    replace: "",
    tests: [RECORDER_TESTS, "numbers and chains"],
  },
  {
    wall: "database",
    what: "the verification hashes records again",
    file: `${AUDIT}/chain.ts`,
    find: "if (hashRecord(record) !== record.hash) {",
    replace: "if (false) {",
    tests: [VERIFICATION_TESTS, "finds a changed field"],
  },
  {
    wall: "database",
    what: "the verification follows the chain",
    file: `${AUDIT}/chain.ts`,
    find: "if (record.previousHash !== previous.hash) {",
    replace: "if (false) {",
    tests: [VERIFICATION_TESTS, "changed and hashed anew"],
  },
  {
    wall: "database",
    what: "the verification knows how long a chain was",
    file: `${AUDIT}/chain.ts`,
    find: "if (head.seq > end.seq) {",
    replace: "if (false) {",
    tests: [VERIFICATION_TESTS, "removed end"],
  },
  {
    wall: "database",
    what: "the verification refuses to see a part only",
    file: `${AUDIT}/verification.ts`,
    find: "if (facts.seesAll) return;",
    replace: "return;",
    tests: [VERIFICATION_TESTS, "from whom records are hidden"],
  },
  {
    wall: "database",
    what: "a tenant sees no records of a former one of its id",
    file: `${AUDIT}/service.ts`,
    find: "sinceTenantExists: true",
    replace: "sinceTenantExists: false",
    tests: [ROUTE_TESTS, "nothing of a former one"],
  },
];
