import type { WallSwitch } from "../wall-switch.ts";

const SECRETS = "packages/server/src/secrets";
const PLATFORM = "packages/server/src/platform.ts";
const TESTS = `${SECRETS}/secrets.test.ts`;
const CIPHER_TESTS = `${SECRETS}/cipher.test.ts`;
const REDACTION_TESTS = `${SECRETS}/redaction.test.ts`;
const KEEPS_OUT = "keeps values out";

/** Values stay with their tenant's scripts and out of everything that is kept. */
export const SECRET_SWITCHES: readonly WallSwitch[] = [
  {
    wall: "capabilities",
    what: "a secret is the leased tenant's",
    file: "packages/server/src/capabilities/secrets.ts",
    find: "source.read({ tenantId: tenant, name })",
    replace: 'source.read({ tenantId: tenant && "acme", name })',
    tests: [TESTS, "the tenant's own values"],
  },
  {
    wall: "database",
    what: "a ciphertext is bound to its tenant and name",
    file: `${SECRETS}/cipher.ts`,
    find: "${tenantId}\\n${name}\\n${id}",
    replace: "${id}",
    tests: [CIPHER_TESTS, "the same tenant, name and key alone"],
  },
  {
    wall: "database",
    what: "secrets are behind row-level security",
    file: "packages/server/src/db/migrations/0008-secrets.ts",
    find: "select skerry.protect_tenant_table('skerry.secrets', 'tenant_id');\n",
    replace: "",
    tests: ["packages/server/src/db/tenant-scope.test.ts", "every table with a tenant"],
  },
  {
    wall: "capabilities",
    what: "values are known before anything runs or is written",
    file: `${SECRETS}/vault.ts`,
    find: "redactor.learn(tenantId, readableOf(secrets));",
    replace: "void readableOf;",
    tests: [TESTS, KEEPS_OUT],
  },
  {
    wall: "capabilities",
    what: "values are taken out of the history",
    file: PLATFORM,
    find: "(tenantId, text) => vault.redact(tenantId, text)",
    replace: "(tenantId, text) => tenantId && text",
    tests: [TESTS, KEEPS_OUT],
  },
  {
    wall: "capabilities",
    what: "values are taken out of what scripts log",
    file: "packages/server/src/executions/redaction.ts",
    find: "message: redact(tenantId, message),",
    replace: "message,",
    tests: [TESTS, KEEPS_OUT],
  },
  {
    wall: "capabilities",
    what: "a replaced value is known for as long as it may be in use",
    file: `${SECRETS}/redaction.ts`,
    find: "learnedAt > time - REMEMBER_MS",
    replace: "learnedAt > time",
    tests: [REDACTION_TESTS, "for an hour more"],
  },
  {
    wall: "database",
    what: "all nodes hear of secrets that go with their tenant",
    file: "packages/server/src/db/migrations/0008-secrets.ts",
    find: "after insert or update or delete on skerry.secrets",
    replace: "after insert or update on skerry.secrets",
    tests: [TESTS, "heard by the others"],
  },
  {
    wall: "rest",
    what: "a kept request does not give a short secret away",
    file: "packages/server/src/idempotency/middleware.ts",
    find: 'createHmac("sha256", key)',
    replace: 'createHmac("sha256", key && "")',
    tests: [TESTS, "from which a value could be guessed"],
  },
];
