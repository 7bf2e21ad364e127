import pg from "pg";
import { readExposedTables } from "../../capabilities/db/setup/exposed-tables.ts";
import { formatPlan, preparePlan, setUpTables } from "../../capabilities/db/setup/setup.ts";
import type { SetupOptions } from "../../capabilities/db/setup/setup.ts";
import { DEFAULT_DB_LIMITS } from "../../capabilities/db/limits.ts";
import { readConfig } from "../../config.ts";
import { openDatabase } from "../../db/open.ts";
import type { Database } from "../../db/open.ts";
import { reachDatabase } from "../../main/database.ts";
import { ensureMasterKeys } from "../../main/master-key.ts";
import { EXIT_OK, UsageError, parseArguments } from "../command.ts";
import type { Command } from "../command.ts";

const HELP = `Usage: skerry db setup [--print | --as=URL]

Lets scripts use the tables that the host exposes: makes their role, its rights, and row-level security on each table.
Which tables that are is what the host's code said when a server was last started, also one that refused to start
because this was to be done first. What is done already is left alone, so it may be run at any time.

A server does it by itself at start where the user of DATABASE_URL owns the tables and may create roles. Where it is
not, an administrator does it:

  skerry db setup --print | psql "$ADMINISTRATOR_URL"

  --print     print the SQL that is missing, and change nothing
  --as=URL    run it as the user of this URL, on the same database
  -h, --help  print this text

Exit codes: 0 done or printed, 1 a failure, 2 wrong usage or settings.
`;

const OPTIONS = {
  print: { type: "boolean" },
  as: { type: "string" },
} as const;

/** `skerry db setup`: what scripts need to use the host's tables. */
export const db: Command = { help: HELP, options: OPTIONS, subcommands: ["setup"], run: runDb };

async function runDb(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArguments(args, OPTIONS);
  if (positionals.length !== 1 || positionals[0] !== "setup") {
    throw new UsageError("the database can only be set up here: skerry db setup");
  }
  const { print = false, as } = values;
  if (print && as !== undefined) throw new UsageError("--print changes nothing, so it does not go with --as");
  const config = readConfig();
  await using reachable = await reachDatabase(config, note);
  await using database = await openDatabase({ url: reachable.url });
  const keys = await ensureMasterKeys(config);
  const tables = await readExposedTables(database);
  const options: SetupOptions = { database, keys, tables, limits: DEFAULT_DB_LIMITS };
  if (print) process.stdout.write(await planAsText(options));
  else if (as !== undefined) await runAs(as, await planAsText(options));
  if (!print) await setUpTables(options, note);
  if (!print) process.stdout.write(`Tables that scripts can use: ${tables.length}.\n`);
  return EXIT_OK;
}

function note(message: string): void {
  process.stderr.write(`${message}\n`);
}

async function planAsText(options: SetupOptions): Promise<string> {
  return withClient(options.database, async (client) => formatPlan(await preparePlan(options, client)));
}

async function withClient<Result>(
  { pool }: Database,
  work: (client: pg.PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  try {
    return await work(client);
  } finally {
    client.release();
  }
}

async function runAs(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: "skerry db setup" });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
