import type { WallSwitch } from "../wall-switch.ts";

const SANDBOX = "packages/sandbox/src";
const SERVER = "packages/server/src";
const LEASE_TESTS = `${SANDBOX}/supervisor/runner-process.test.ts`;
const POOL_TESTS = `${SANDBOX}/pool/pool.test.ts`;

/** One tenant per process, and nothing of one tenant's in the hands of another. */
export const TENANT_SWITCHES: readonly WallSwitch[] = [
  {
    wall: "tenants",
    what: "a lease is for life",
    file: `${SANDBOX}/supervisor/runner-process.ts`,
    find: "if (this.#tenant !== undefined) throw",
    replace: "if (false) throw",
    tests: [LEASE_TESTS, "a lease > is for life and for one tenant"],
  },
  {
    wall: "tenants",
    what: "a runner takes work of its own tenant alone",
    file: `${SANDBOX}/supervisor/runner-process.ts`,
    find: "if (request.tenant !== this.#tenant)\n",
    replace: "if (false)\n",
    tests: [LEASE_TESTS, "a lease > is for life and for one tenant"],
  },
  {
    wall: "tenants",
    what: "a runner that its tenant gives up is killed",
    file: `${SANDBOX}/pool/pool.ts`,
    find: "    this.#idleSince.delete(runner);\n    void runner.close();\n",
    replace: "    this.#idleSince.delete(runner);\n",
    tests: [POOL_TESTS, "leases > one that is not used is retired"],
  },
  {
    wall: "tenants",
    what: "the pool gives a tenant its own runner alone",
    file: `${SANDBOX}/pool/pool.ts`,
    find: "const runner = this.#leased.get(tenant);",
    replace: "const runner = this.#leased.get(tenant) ?? this.#leased.values().next().value;",
    tests: [POOL_TESTS, "leases > a tenant keeps its runner"],
  },
  {
    wall: "tenants",
    what: "cache entries belong to a tenant",
    file: `${SERVER}/capabilities/cache/capability.ts`,
    find: "return { tenant, script };",
    replace: 'return { tenant: "all", script };',
    tests: [`${SERVER}/capabilities/cache/cache.test.ts`, "tenants and scripts share nothing"],
  },
  {
    wall: "tenants",
    what: "cache keys cannot be made to look like another script's",
    file: `${SERVER}/capabilities/cache/store.ts`,
    find: "return `${script.length}:${script}${key}`;",
    replace: "return `${script}${key}`;",
    tests: [`${SERVER}/capabilities/cache/cache.test.ts`, "tenants and scripts share nothing"],
  },
  {
    wall: "tenants",
    what: "sockets belong to a tenant",
    file: `${SERVER}/capabilities/http/connections.ts`,
    find: "tenants.get(tenant) ?? {",
    replace: "tenants.values().next().value ?? {",
    tests: [`${SERVER}/capabilities/http/capability.test.ts`, "tenants > an allowance and a warm connection"],
  },
  {
    wall: "tenants",
    what: "an operator runs no expression of a suspended tenant",
    file: "packages/server/src/expressions/service.ts",
    find: "if (caller.suspended) {",
    replace: "if (false) {",
    tests: ["packages/server/src/expressions/expressions.test.ts", "needs the permission"],
  },
  {
    wall: "tenants",
    what: "expressions run in a process of their own tenant",
    file: "packages/server/src/expressions/service.ts",
    find: "          owner: tenantId,\n",
    replace: "",
    tests: ["packages/server/src/expressions/expressions.test.ts", "runs in a process of its own tenant"],
  },
];
