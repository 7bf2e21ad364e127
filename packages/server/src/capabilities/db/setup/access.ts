import pg from "pg";
import type { ClientConfig } from "pg";
import type { Database } from "../../../db/open.ts";
import type { MasterKey, MasterKeys } from "../../../secrets/master-keys.ts";
import { describeScriptClient } from "../connection/script-client.ts";
import type { DbLimits } from "../limits.ts";
import { derivePassword } from "../role.ts";

/** What the platform keeps about the role of scripts. */
export interface AccessRecord {
  readonly tokenKey: Buffer;
  /** Of the master key that the role's password is derived from; null before the first set-up. */
  readonly masterKeyId: string | null;
}

export async function readAccessRecord(database: Database): Promise<AccessRecord> {
  const { token_key: tokenKey, master_key_id: masterKeyId } = await database.kysely
    .selectFrom("script_access")
    .select(["token_key", "master_key_id"])
    .executeTakeFirstOrThrow();
  return { tokenKey, masterKeyId };
}

/** Options of {@link describeAccess}. */
export interface AccessOptions {
  readonly database: Database;
  readonly keys: MasterKeys;
  readonly role: string;
  readonly schemas: readonly string[];
  readonly limits: DbLimits;
}

/**
 * How scripts connect. Which master key the password comes from is looked up for each new connection: a key that takes
 * over is known to some nodes before others.
 */
export function describeAccess({ database, keys, role, schemas, limits }: AccessOptions): ClientConfig {
  return describeScriptClient({
    url: String(database.pool.options.connectionString),
    role,
    schemas,
    limits,
    async password() {
      const { masterKeyId } = await readAccessRecord(database);
      return derivePassword(findKey(keys, masterKeyId) ?? keys.current, role);
    },
  });
}

export function findKey(keys: MasterKeys, id: string | null): MasterKey | undefined {
  return id === null ? undefined : keys.find(id);
}

/** SQLSTATEs of a login that is refused: no such role, wrong password, not allowed to connect. */
const REFUSED = new Set(["28000", "28P01", "42501"]);

/**
 * Whether scripts can connect.
 *
 * @throws the driver's error when that is not for want of a role, password or right.
 */
export async function canConnect(config: ClientConfig): Promise<boolean> {
  const client = new pg.Client(config);
  client.on("error", () => {});
  try {
    await client.connect();
    return true;
  } catch (error) {
    if (error instanceof pg.DatabaseError && REFUSED.has(error.code ?? "")) return false;
    throw error;
  } finally {
    await client.end().catch(() => {});
  }
}

/** Whether the server process is the connection's own: behind a transaction pooler it is another one each time. */
export async function isDirect(config: ClientConfig): Promise<boolean> {
  const client = new pg.Client(config);
  client.on("error", () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
    return rows[0]?.pid === (client as pg.Client & { readonly processID: number }).processID;
  } finally {
    await client.end().catch(() => {});
  }
}
