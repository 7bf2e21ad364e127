import { Kysely, PostgresDialect } from "kysely";
import type { LogEvent, PostgresPoolClient } from "kysely";
import type { ClientConfig, Pool } from "pg";
import pg from "pg";

import { watchAnswers } from "./answer-watch.ts";
import { startEmbeddedPostgres } from "./embedded-postgres.ts";
import { DatabaseError, isDatabaseUnavailable } from "./errors.ts";
import { migrate, SCHEMA_NAME } from "./migrations.ts";
import type { NotificationListener } from "./notifications.ts";
import { createNotifications } from "./notifications.ts";
import type { Schema } from "./schema.ts";

/** PostgreSQL by the two ways that Skerry knows. */
export type DatabaseOptions = DatabaseLocation & {
  /** A statement that waits longer is given up when the server does not work at it any more. Default 10 s. */
  readonly answerMs?: number | undefined;
  /** Told how long each statement took, and whether it failed; must not throw. Default: nobody is. */
  readonly onStatement?: ((durationMs: number, isFailed: boolean) => void) | undefined;
};

type DatabaseLocation =
  | {
      /** `postgresql://user:password@host:port/database`, as libpq takes it. */
      readonly url: string;
    }
  | {
      /** Folder of the embedded PostgreSQL; made when missing. */
      readonly dataDir: string;
      /** Told, in one sentence, what the operator should know: another folder used, server restarted. */
      readonly onNotice?: ((message: string) => void) | undefined;
    };

/** An open, migrated database. A lost connection fails the statements on it and is replaced; it never ends the process. */
export interface Database extends AsyncDisposable {
  /**
   * Typed queries on the schema `skerry`, each by itself and over all tenants. In `sql` texts name the schema. Values
   * come as: `int8` a number when it is a safe integer, else a string; `timestamptz` a Date; `json` parsed; `bytea` a
   * Buffer.
   */
  readonly kysely: Kysely<Schema>;
  /** The connections beneath, for what Kysely does not cover. */
  readonly pool: Pool;
  /** Where the data is, for logs; never holds the password. */
  readonly location: string;
  /** Hears NOTIFY on `channel`; resolves when it does. Dispose the result to stop. */
  listen(channel: string, listener: NotificationListener): Promise<AsyncDisposable>;
  /** Waits up to 5 s for running statements, then disconnects, and stops the embedded server. Idempotent. */
  close(): Promise<void>;
}

const CONNECTIONS_MAX = 10;
const CONNECT_TIMEOUT_MS = 5_000;
const KEEP_ALIVE_AFTER_MS = 10_000;
const ANSWER_MS = 10_000;
const CLOSE_GRACE_MS = 5_000;
const INT8_OID = 20;

/**
 * Connects, or starts the embedded server, and migrates.
 *
 * @throws DatabaseError `DATABASE_URL_INVALID`, `DATABASE_UNAVAILABLE`, one of the codes of {@link migrate}, or, with `dataDir`, one of those
 * of {@link startEmbeddedPostgres}. Whatever was started by then is stopped again.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  await using resources = new AsyncDisposableStack();
  const { url, location } = "url" in options ? fromUrl(options.url) : await fromEmbedded(options, resources);
  const config: ClientConfig = {
    connectionString: url,
    application_name: "skerry",
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    types: { getTypeParser },
  };
  const pool = createPool(config, resources);
  const { answerMs = ANSWER_MS, onStatement } = options;
  const watch = (client: pg.PoolClient): PostgresPoolClient => watchAnswers(client, config, answerMs);
  const kysely = createKysely({ pool, location, watch, onStatement });
  const notifications = resources.use(createNotifications(config));
  await connectOrExplain(pool, location).then((client) => client.release());
  await migrate(kysely, pool);

  const opened = resources.move();
  let closed: Promise<void> | undefined;
  const close = () => (closed ??= opened.disposeAsync());
  return {
    kysely,
    pool,
    location,
    listen: (channel, listener) => notifications.listen(channel, listener),
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface Source {
  readonly url: string;
  readonly location: string;
}

function fromUrl(url: string): Source {
  if (!URL.canParse(url)) {
    throw new DatabaseError(
      "DATABASE_URL_INVALID",
      "The database URL cannot be read; it has the form postgresql://user:password@host:5432/database. " +
        "Characters such as @ / : # in the password must be percent-encoded.",
    );
  }
  const { host, pathname, searchParams } = new URL(url);
  return { url, location: `${searchParams.get("host") ?? host}${pathname}` };
}

async function fromEmbedded(
  options: Extract<DatabaseOptions, { dataDir: string }>,
  resources: AsyncDisposableStack,
): Promise<Source> {
  const server = resources.use(await startEmbeddedPostgres(options));
  return { url: server.url, location: `embedded PostgreSQL in ${server.folder}` };
}

function createPool(config: ClientConfig, resources: AsyncDisposableStack): Pool {
  const pool = new pg.Pool({ ...config, max: CONNECTIONS_MAX });
  // The pool replaces what it lost, and a statement on a lost connection rejects by itself. Without these listeners
  // the events would end the process.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  resources.defer(() => endPool(pool));
  return pool;
}

async function endPool(pool: Pool): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const grace = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, CLOSE_GRACE_MS);
  });
  await Promise.race([pool.end(), grace]);
  clearTimeout(timer);
}

interface KyselyOptions extends Pick<DatabaseOptions, "onStatement"> {
  readonly pool: Pool;
  readonly location: string;
  readonly watch: (client: pg.PoolClient) => PostgresPoolClient;
}

function createKysely({ pool, location, watch, onStatement }: KyselyOptions): Kysely<Schema> {
  const explainingPool = {
    connect: async () => watch(await connectOrExplain(pool, location)),
    end: () => Promise.resolve(),
    options: pool.options,
  };
  const log =
    onStatement &&
    (({ level, queryDurationMillis }: LogEvent) => onStatement(queryDurationMillis, level === "error"));
  const dialect = new PostgresDialect({ pool: explainingPool });
  return new Kysely<Schema>({ dialect, ...(log && { log }) }).withSchema(SCHEMA_NAME);
}

async function connectOrExplain(pool: Pool, location: string): Promise<pg.PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    if (!isDatabaseUnavailable(error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new DatabaseError(
      "DATABASE_UNAVAILABLE",
      `PostgreSQL at ${location} cannot be reached: ${reason}`,
      {
        cause: error,
      },
    );
  }
}

function getTypeParser(oid: number, format?: "text" | "binary"): (text: string) => unknown {
  return oid === INT8_OID ? parseInt8 : (pg.types.getTypeParser(oid, format) as (text: string) => unknown);
}

function parseInt8(text: string): number | string {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : text;
}
