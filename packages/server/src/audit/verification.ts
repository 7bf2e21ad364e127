import type pg from "pg";
import { DatabaseError } from "../db/errors.ts";
import { findFlaw, findFlawAtEnd, NO_HASH } from "./chain.ts";
import type { BrokenRecord, ChainEnd, StoredRecord } from "./chain.ts";

/** What became of one chain. */
export interface ChainReport {
  /** A tenant's id, or `*` for the installation. */
  readonly chain: string;
  /** How many records hold, from the first on. */
  readonly records: number;
  /** Hash of the last of them; zeros for none. */
  readonly hash: string;
  /** Null when the whole chain holds. */
  readonly broken: BrokenRecord | null;
}

export interface VerificationOptions {
  /** Leaves out all chains but this. */
  readonly chain?: string | undefined;
  /** Called with the hash of every record that holds. */
  readonly onRecord: (chain: string, hash: string) => void;
}

const BATCH = 1_000;

/**
 * Verifies chain after chain as they were at one moment, without writing anything. Nothing of Skerry's other code takes
 * part: what the records say is hashed again here.
 *
 * @throws DatabaseError `DATABASE_EMPTY`, or `DATABASE_RIGHTS` when the database's user might not see all records.
 */
export async function* verifyChains(
  client: pg.ClientBase,
  { chain, onRecord }: VerificationOptions,
): AsyncGenerator<ChainReport> {
  await client.query("begin isolation level repeatable read read only");
  try {
    await requireFullSight(client);
    for (const name of chain === undefined ? await listChains(client) : [chain]) {
      yield await verifyChain(client, name, onRecord);
    }
  } finally {
    await client.query("rollback");
  }
}

/** Row-level security would hide records without a word, and an empty log verifies. */
async function requireFullSight(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ user: string; tables: string | number; seesAll: boolean }>(`
    select current_user as "user", count(*) as tables,
      bool_and(rolsuper or rolbypassrls or relowner = pg_roles.oid) as "seesAll"
    from pg_roles, pg_class
    where rolname = current_user and relnamespace = to_regnamespace('skerry')
      and relname in ('audit_log', 'audit_heads')`);
  const [facts] = rows;
  if (facts === undefined || Number(facts.tables) !== 2)
    throw new DatabaseError("DATABASE_EMPTY", "The database holds no audit log.");
  if (facts.seesAll) return;
  throw new DatabaseError(
    "DATABASE_RIGHTS",
    `The database user ${facts.user} may not see all audit records. Connect as the owner of the tables, or let an ` +
      "administrator grant BYPASSRLS and SELECT on skerry.audit_log and skerry.audit_heads.",
  );
}

async function listChains(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ chain: string }>(`
    select tenant_id as chain from skerry.audit_heads union select tenant_id from skerry.audit_log order by chain`);
  return rows.map(({ chain }) => chain);
}

async function verifyChain(
  client: pg.ClientBase,
  chain: string,
  onRecord: VerificationOptions["onRecord"],
): Promise<ChainReport> {
  let end: ChainEnd = { seq: 0, hash: NO_HASH };
  for await (const record of readRecords(client, chain)) {
    const broken = findFlaw(end, record);
    if (broken !== undefined) return { chain, records: end.seq, hash: end.hash, broken };
    end = record;
    onRecord(chain, record.hash);
  }
  const broken = findFlawAtEnd(end, await readHead(client, chain)) ?? null;
  return { chain, records: end.seq, hash: end.hash, broken };
}

async function* readRecords(client: pg.ClientBase, chain: string): AsyncGenerator<StoredRecord> {
  let last = "0";
  for (;;) {
    const { rows } = await client.query<StoredRow>(
      `select seq::text, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, actor, action,
         target_type as "targetType", target_id as "targetId", target_name as "targetName",
         before::text, after::text, address, request_id as "requestId",
         encode(previous_hash, 'hex') as "previousHash", encode(hash, 'hex') as hash
       from skerry.audit_log where tenant_id = $1 and seq > $2 order by audit_log.seq limit ${BATCH}`,
      [chain, last],
    );
    for (const row of rows) yield { ...row, chain, seq: Number(row.seq) };
    if (rows.length < BATCH) return;
    last = rows.at(-1)?.seq ?? last;
  }
}

interface StoredRow extends Omit<StoredRecord, "chain" | "seq"> {
  readonly seq: string;
}

async function readHead(client: pg.ClientBase, chain: string): Promise<ChainEnd | undefined> {
  const { rows } = await client.query<{ seq: string; hash: string }>(
    "select seq::text, encode(hash, 'hex') as hash from skerry.audit_heads where tenant_id = $1",
    [chain],
  );
  const [row] = rows;
  return row === undefined ? undefined : { seq: Number(row.seq), hash: row.hash };
}
