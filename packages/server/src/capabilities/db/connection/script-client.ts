import type { ClientConfig } from "pg";
import pg from "pg";
import type { DbLimits } from "../limits.ts";

/** Options of {@link describeScriptClient}. */
export interface ScriptClientOptions {
  /** URL of the platform's own user, on the same server. */
  readonly url: string;
  readonly role: string;
  /** Asked for each new connection. */
  readonly password: () => Promise<string>;
  /** Schemas in which tables without a schema are looked up. */
  readonly schemas: readonly string[];
  readonly limits: Pick<DbLimits, "statementMs" | "transactionMs">;
}

/** How scripts connect: as the platform does, with their own role and with settings that `discard all` comes back to. */
export function describeScriptClient(options: ScriptClientOptions): ClientConfig {
  const { url, role, password, schemas, limits } = options;
  const platform = new pg.Client(url);
  const settings = {
    TimeZone: "UTC",
    DateStyle: "ISO, YMD",
    IntervalStyle: "iso_8601",
    bytea_output: "hex",
    search_path: formatSearchPath(schemas),
    statement_timeout: String(limits.statementMs),
    idle_in_transaction_session_timeout: String(limits.transactionMs),
  };
  return {
    host: platform.host,
    port: platform.port,
    ...(platform.database === undefined ? {} : { database: platform.database }),
    ssl: platform.ssl,
    user: role,
    password,
    application_name: "skerry scripts",
    keepAlive: true,
    options: Object.entries(settings).map(formatOption).join(" "),
  };
}

/** Nobody can put a temporary table of his own before those that are meant. */
export function formatSearchPath(schemas: readonly string[]): string {
  return ["pg_catalog", ...schemas, "pg_temp"].map((name) => pg.escapeIdentifier(name)).join(", ");
}

/** https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-OPTIONS */
function formatOption([name, value]: readonly [string, string]): string {
  return `-c ${name}=${value.replace(/[\\ ]/g, "\\$&")}`;
}
