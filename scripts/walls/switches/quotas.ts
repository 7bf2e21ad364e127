import type { WallSwitch } from "../wall-switch.ts";

const QUOTAS = "packages/server/src/quotas";
const TESTS = `${QUOTAS}/service.test.ts`;

/** A tenant uses no more than its plan gives it. */
export const QUOTA_SWITCHES: readonly WallSwitch[] = [
  {
    wall: "rest",
    what: "a node spends what it was granted alone",
    file: `${QUOTAS}/ledger.ts`,
    find: "if (availableIn(account) < amount) return waitFor(account, amount, amount);",
    replace: "",
    tests: [TESTS, "allows exactly as many executions as the quota says"],
  },
  {
    wall: "rest",
    what: "nodes are granted what others were not",
    file: "packages/server/src/db/migrations/0009-quotas.ts",
    find: "room := greatest(0, ceiling - counter.used - counter.reserved);",
    replace: "room := greatest(0, ceiling - counter.used);",
    tests: [TESTS, "2 of them allow no more than the quota"],
  },
  {
    wall: "rest",
    what: "an execution needs CPU time that is left",
    file: `${QUOTAS}/service.ts`,
    find: "      await requireSome(tenantId, terms, KINDS.cpuSecondsPerMonth);\n",
    replace: "",
    tests: [TESTS, "refuses executions when CPU time or log bytes are used up"],
  },
  {
    wall: "rest",
    what: "a tenant stores no more than its quota",
    file: `${QUOTAS}/service.ts`,
    find: "if (used <= limit) return;",
    replace: "if (used >= 0) return;",
    tests: [TESTS, "are counted with the transaction, and refused beyond the quota"],
  },
  {
    wall: "rest",
    what: "a change of quotas takes back what was granted",
    file: `${QUOTAS}/service.ts`,
    find: "void ledger.release(tenantId);",
    replace: "void tenantId;",
    tests: [TESTS, "holds at once on every node, and takes back"],
  },
];
