import { requireOperator, requirePermission } from "../auth/principal.ts";
import type { Caller, Operator } from "../auth/principal.ts";
import type { Database } from "../db/open.ts";
import { withPlatform, withTenant } from "../db/tenant-scope.ts";
import { createPage } from "../rest/paging.ts";
import type { Page } from "../rest/paging.ts";
import { INSTALLATION_CHAIN } from "./record.ts";
import type { AuditHead, AuditQuery, AuditRecord } from "./record.ts";
import { findHead, listRecords } from "./repository.ts";
import type { AuditRow } from "./repository.ts";
import { verifyChains } from "./verification.ts";
import type { ChainReport } from "./verification.ts";

/** What was changed, by whom. */
export interface AuditService {
  /** Newest first. What a former tenant of the same id did is not in it. */
  list(caller: Caller, query: AuditQuery): Promise<Page<AuditRecord>>;
  getHead(caller: Caller): Promise<AuditHead>;
  /** Of the installation, or of a tenant that may be gone. Newest first. */
  listInstallation(
    operator: Operator,
    tenantId: string | undefined,
    query: AuditQuery,
  ): Promise<Page<AuditRecord>>;
  getInstallationHead(operator: Operator, tenantId: string | undefined): Promise<AuditHead>;
  /** Hashes a tenant's whole chain again; undefined where it has more than 50,000 records. */
  verify(caller: Caller): Promise<ChainReport | undefined>;
  /** The same of the installation's chain. */
  verifyInstallation(operator: Operator): Promise<ChainReport | undefined>;
}

/** As many as are verified while somebody waits. */
const MAX_VERIFIED = 50_000;

/** Before the first record. */
const NOTHING: AuditHead = { seq: 0, hash: "0".repeat(64) };

export function createAuditService(database: Database): AuditService {
  return {
    async list(caller, query) {
      requirePermission(caller, "audit.read");
      const { tenantId } = caller;
      const rows = await withTenant(database, tenantId, (queries) =>
        listRecords(queries, tenantId, { ...query, sinceTenantExists: true }),
      );
      return toPage(rows, query);
    },

    async getHead(caller) {
      requirePermission(caller, "audit.read");
      const { tenantId } = caller;
      return toHead(await withTenant(database, tenantId, (queries) => findHead(queries, tenantId)));
    },

    async listInstallation(operator, tenantId = INSTALLATION_CHAIN, query) {
      requireOperator(operator);
      const rows = await withPlatform(database, (queries) =>
        listRecords(queries, tenantId, { ...query, sinceTenantExists: false }),
      );
      return toPage(rows, query);
    },

    async getInstallationHead(operator, tenantId = INSTALLATION_CHAIN) {
      requireOperator(operator);
      return toHead(await withPlatform(database, (queries) => findHead(queries, tenantId)));
    },

    async verify(caller) {
      requirePermission(caller, "audit.read");
      return await verifyChain(database, caller.tenantId);
    },

    async verifyInstallation(operator) {
      requireOperator(operator);
      return await verifyChain(database, INSTALLATION_CHAIN);
    },
  };
}

async function verifyChain(database: Database, chain: string): Promise<ChainReport | undefined> {
  const head = await withPlatform(database, (queries) => findHead(queries, chain));
  if ((head?.seq ?? 0) > MAX_VERIFIED) return undefined;
  const client = await database.pool.connect();
  try {
    for await (const report of verifyChains(client, { chain, onRecord: () => undefined })) return report;
    return undefined;
  } finally {
    client.release();
  }
}

function toPage(rows: readonly AuditRow[], query: AuditQuery): Page<AuditRecord> {
  return createPage(rows, query, ({ seq }) => String(seq), toRecord);
}

function toRecord(row: AuditRow): AuditRecord {
  const { seq, at, actor, action, before, after, address } = row;
  return {
    seq,
    at,
    actor,
    action,
    target: { type: row.target_type, id: row.target_id, name: row.target_name },
    before,
    after,
    address,
    requestId: row.request_id,
    previousHash: row.previous_hash.toString("hex"),
    hash: row.hash.toString("hex"),
  };
}

function toHead(head: { readonly seq: number; readonly hash: Buffer } | undefined): AuditHead {
  return head === undefined ? NOTHING : { seq: head.seq, hash: head.hash.toString("hex") };
}
