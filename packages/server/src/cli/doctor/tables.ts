import { existsSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import type { RightsFinding } from "../../capabilities/db/setup/rights.ts";
import { inspectRights } from "../../capabilities/db/setup/rights.ts";
import type { Config } from "../../config.ts";
import { findEmbeddedPostgres } from "../../db/embedded-postgres.ts";

const CONNECT_MS = 3_000;

/** What `skerry doctor` tells of the tables that scripts can use. */
export interface TablesDiagnosis {
  /** What was looked at, or why nothing was. */
  readonly detail: string;
  readonly findings: readonly RightsFinding[];
}

/** Looks at the rights of scripts where a database is running; starts and changes nothing. */
export async function diagnoseTables(
  config: Pick<Config, "databaseUrl" | "dataDir">,
): Promise<TablesDiagnosis> {
  try {
    const url = await findUrl(config);
    return url === undefined ? notLookedAt("the embedded database is not there yet") : await inspect(url);
  } catch (error) {
    return notLookedAt(error instanceof Error ? error.message : String(error));
  }
}

function notLookedAt(reason: string): TablesDiagnosis {
  return { detail: `not looked at: ${reason}`, findings: [] };
}

async function findUrl({
  databaseUrl,
  dataDir,
}: Pick<Config, "databaseUrl" | "dataDir">): Promise<string | undefined> {
  if (databaseUrl !== undefined) return databaseUrl;
  const folder = join(dataDir, "data");
  return existsSync(folder) ? findEmbeddedPostgres({ dataDir: folder }) : undefined;
}

async function inspect(url: string): Promise<TablesDiagnosis> {
  const client = new pg.Client({
    connectionString: url,
    application_name: "skerry doctor",
    connectionTimeoutMillis: CONNECT_MS,
  });
  client.on("error", () => {});
  try {
    await client.connect();
    const findings = await inspectRights(client);
    if (findings === undefined) return { detail: "none are exposed", findings: [] };
    return { detail: findings.length === 0 ? "rights are as they should be" : "see below", findings };
  } finally {
    await client.end().catch(() => {});
  }
}

export function describeTables({ detail, findings }: TablesDiagnosis): string {
  const lines = findings.map(({ level, message }) => `  ${level.padEnd(8)} ${message}\n`);
  return `Tables for scripts: ${detail}\n${lines.join("")}`;
}
