import type { WallSwitch } from "../wall-switch.ts";

const SERVER = "packages/server/src";
const MIGRATION = `${SERVER}/db/migrations/0017-storage-and-cache.ts`;
const STORAGE_TESTS = `${SERVER}/capabilities/storage/storage.test.ts`;
const BOUNDS_TESTS = `${SERVER}/capabilities/storage/bounds.test.ts`;
const CACHE_TESTS = `${SERVER}/capabilities/cache/shared-store.test.ts`;
const TWO_TENANTS = `${SERVER}/db/wrong-tenant.test.ts`;

/** What scripts keep, for good and in the cache that nodes share. */
export const STORAGE_SWITCHES: readonly WallSwitch[] = [
  {
    wall: "tenants",
    what: "storage is read for the tenant of the call",
    file: `${SERVER}/capabilities/storage/store.ts`,
    find: "findStorageEntry(queries, caller.tenant, key)",
    replace: 'findStorageEntry(queries, "acme", key)',
    tests: [STORAGE_TESTS, "a tenant has entries of its own alone"],
  },
  {
    wall: "tenants",
    what: "cache entries of the database belong to a script",
    file: `${SERVER}/capabilities/cache/shared-store.ts`,
    find: "nameEntry(space, key)",
    replace: 'nameEntry({ ...space, script: "all" }, key)',
    tests: [CACHE_TESTS, "tenants and scripts share nothing"],
  },
  {
    wall: "database",
    what: "the role of tenants sees stored entries of one tenant",
    file: MIGRATION,
    find: "select skerry.protect_tenant_table('skerry.storage_entries', 'tenant_id');\n",
    replace: "",
    tests: [TWO_TENANTS, "capabilities/storage/repository.ts .* finds and changes nothing"],
  },
  {
    wall: "database",
    what: "the role of tenants sees cached entries of one tenant",
    file: MIGRATION,
    find: "select skerry.protect_tenant_table('skerry.cache_entries', 'tenant_id');\n",
    replace: "",
    tests: [TWO_TENANTS, "capabilities/cache/repository.ts .* finds and changes nothing"],
  },
  {
    wall: "capabilities",
    what: "what a tenant stores keeps its quota",
    file: `${SERVER}/capabilities/storage/store.ts`,
    find: "        await quotas.requireStored(queries, caller.tenant);\n",
    replace: "",
    tests: [BOUNDS_TESTS, "quotas > hold exactly"],
  },
  {
    wall: "capabilities",
    what: "a tenant has no more entries than it may",
    file: MIGRATION,
    find: "if entries > 1000000 then",
    replace: "if false then",
    tests: [BOUNDS_TESTS, "quotas > bound the number of entries"],
  },
  {
    wall: "capabilities",
    what: "a tenant's calls leave connections to the others",
    file: `${SERVER}/capabilities/tenant-line.ts`,
    find: "const CONNECTIONS_PER_TENANT = 3;",
    replace: "const CONNECTIONS_PER_TENANT = 6;",
    tests: [BOUNDS_TESTS, "leaves connections to the others"],
  },
  {
    wall: "capabilities",
    what: "a tenant's cache keeps its caps",
    file: `${SERVER}/capabilities/cache/room.ts`,
    find: "written.evicting = evict(tenantId, caps)",
    replace: "written.evicting = Promise.resolve()",
    tests: [CACHE_TESTS, "least recently used entries make room"],
  },
];
