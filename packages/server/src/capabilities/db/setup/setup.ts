import type { ClientBase, ClientConfig, PoolClient } from "pg";
import pg from "pg";
import type { Database } from "../../../db/open.ts";
import { StartError } from "../../../main/errors.ts";
import type { MasterKeys } from "../../../secrets/master-keys.ts";
import type { ExposedTable } from "../exposed-table.ts";
import { checkTableNames } from "../exposed-table.ts";
import type { DbLimits } from "../limits.ts";
import { makeScramVerifier, nameScriptRole } from "../role.ts";
import { canConnect, describeAccess, findKey, isDirect, readAccessRecord } from "./access.ts";
import { keepExposedTables, readExposedTables } from "./exposed-tables.ts";
import { readFacts } from "./facts.ts";
import type { NewPassword } from "./plan.ts";
import { planSetup } from "./plan.ts";
import type { TableShape } from "./shape.ts";
import { shapeTable } from "./shape.ts";

/** Serialises the set-up over all nodes that start on one database; the number is arbitrary and ours. */
const SETUP_LOCK = "4863101977254811";
const INSUFFICIENT_PRIVILEGE = "42501";

/** Options of {@link preparePlan}. */
export interface SetupOptions {
  readonly database: Database;
  readonly keys: MasterKeys;
  readonly tables: readonly ExposedTable[];
  readonly limits: DbLimits;
}

/** Options of {@link setUpTables}. */
export interface TableSetupOptions extends Omit<SetupOptions, "tables"> {
  /** Undefined: those that were declared last, by whichever node. */
  readonly tables: readonly ExposedTable[] | undefined;
}

/** How scripts reach their tables. */
export interface TableAccess {
  readonly config: ClientConfig;
  readonly tokenKey: Buffer;
  readonly shapes: readonly TableShape[];
}

/** What is missing, and for what. */
export interface SetupPlan extends TableAccess {
  readonly user: string;
  /** SQL statements in order; none when all is done. */
  readonly statements: readonly string[];
}

/**
 * Sets up the role of scripts and the tables that the host exposes, as far as anything is missing, and takes away what
 * is no longer exposed. Any number of nodes may do it at once.
 *
 * @throws StartError `TABLE_INVALID`, or `TABLE_SETUP_NEEDED` with the statements that an administrator has to run.
 */
export async function setUpTables(
  { tables: declared, ...options }: TableSetupOptions,
  onNotice: (message: string) => void,
): Promise<TableAccess> {
  const { database } = options;
  checkTableNames(declared ?? []);
  const plan = await withLock(database, async (client) => {
    // Kept also when the set-up fails: it is what an administrator is asked to complete.
    if (declared !== undefined) await keepExposedTables(database, declared);
    const tables = declared ?? (await readExposedTables(database));
    const missing = await preparePlan({ ...options, tables }, client);
    await runPlan(missing, client);
    return missing;
  });
  for (const statement of plan.statements) onNotice(`Tables for scripts: ${hideVerifier(statement)}`);
  await checkConnection(plan);
  return plan;
}

/** Compares what is wanted with what is there; changes nothing. @throws StartError `TABLE_INVALID`. */
export async function preparePlan(
  { database, keys, tables, limits }: SetupOptions,
  client: ClientBase,
): Promise<SetupPlan> {
  const role = await nameRole(client);
  const facts = await readFacts(client, role, tables);
  const shapes = tables.map((table) =>
    shapeTable(
      table,
      facts.relations.find(({ schema, name }) => schema === table.schema && name === table.name),
    ),
  );
  const schemas = [...new Set(tables.map(({ schema }) => schema))];
  const config = describeAccess({ database, keys, role, schemas, limits });
  const { tokenKey, masterKeyId } = await readAccessRecord(database);
  const isKnown =
    findKey(keys, masterKeyId) !== undefined && facts.role !== null && (await canConnect(config));
  const password: NewPassword | undefined = isKnown
    ? undefined
    : { verifier: makeScramVerifier(keys.current, role), keyId: keys.current.id };
  const statements = planSetup({ role, facts, tables: shapes, password });
  return { config, tokenKey, shapes, statements, user: facts.user };
}

/** The plan as a script for `psql`. */
export function formatPlan({ statements }: Pick<SetupPlan, "statements">): string {
  return ["begin", ...statements, "commit"].map((statement) => `${statement};\n`).join("");
}

/** Runs the statements of a plan in the client's transaction. @throws StartError `TABLE_SETUP_NEEDED`. */
async function runPlan(plan: SetupPlan, client: PoolClient): Promise<void> {
  try {
    for (const statement of plan.statements) await client.query(statement);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || error.code !== INSUFFICIENT_PRIVILEGE) throw error;
    throw new StartError(
      "TABLE_SETUP_NEEDED",
      `The database user ${JSON.stringify(plan.user)} may not set up the exposed tables (${error.message}). ` +
        "Let an administrator run what `skerry db setup --print` prints, or " +
        `\`skerry db setup --as=URL\` with the URL of a superuser:\n${formatPlan(plan)}`,
      { cause: error },
    );
  }
}

async function nameRole(client: ClientBase): Promise<string> {
  const { rows } = await client.query<{ name: string }>("select current_database() as name");
  return nameScriptRole((rows[0] as { name: string }).name);
}

/** Runs `work` in a transaction that no other node's set-up runs beside. */
async function withLock<Result>(
  { pool }: Database,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  let isLost = false;
  try {
    await client.query("begin");
    await client.query("select pg_advisory_xact_lock($1)", [SETUP_LOCK]);
    const result = await work(client);
    await client.query("commit");
    return result;
  } catch (error) {
    await client.query("rollback").catch(() => (isLost = true));
    throw error;
  } finally {
    client.release(isLost);
  }
}

async function checkConnection({ config }: TableAccess): Promise<void> {
  if (!(await canConnect(config))) {
    throw new StartError(
      "TABLE_SETUP_NEEDED",
      `The role ${config.user} is set up, and PostgreSQL does not let it log in with its password. Look at pg_hba.conf and at the right to connect to the database.`,
    );
  }
  if (!(await isDirect(config))) {
    throw new StartError(
      "TABLE_SETUP_NEEDED",
      "DATABASE_URL goes through a pooler that hands transactions to any connection. Tables can be exposed to scripts over a direct connection only.",
    );
  }
}

/** Nobody can log in with a verifier, and logs need not have it nevertheless. */
function hideVerifier(statement: string): string {
  return statement.replace(/SCRAM-SHA-256\$[^']*/, "…");
}
