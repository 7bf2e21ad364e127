import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";

import { findPackagedBinaries, prepareBinaries } from "./embedded/binaries.ts";
import { ADMINISTRATOR, ensureCluster } from "./embedded/cluster.ts";
import { lockFolder } from "./embedded/folder-lock.ts";
import { chooseFolders, removeSocketFolder } from "./embedded/folders.ts";
import { clearOrphan } from "./embedded/postmaster-file.ts";
import type { ServerOptions, ServerProcess } from "./embedded/server-process.ts";
import { startServer } from "./embedded/server-process.ts";
import { findServerUser } from "./embedded/server-user.ts";

export interface EmbeddedPostgresOptions {
  /** Made when missing. */
  readonly dataDir: string;
  /** Told, in one sentence, what the operator should know: another folder used, server restarted. */
  readonly onNotice?: ((message: string) => void) | undefined;
}

/** A running PostgreSQL of our own, on a private socket, for this process alone. */
export interface EmbeddedPostgres extends AsyncDisposable {
  /** Connects the owner of the database `skerry`, who is no superuser but may create roles. */
  readonly url: string;
  /** Connects the superuser to the database `postgres`. */
  readonly administratorUrl: string;
  /** Where its data is; not below `dataDir` when the server's user could not reach that. */
  readonly folder: string;
  /** Process id of the server; another one after a restart. */
  readonly pid: number;
  /** Stops it; what was committed is kept. Idempotent. */
  stop(): Promise<void>;
}

const OWNER = "skerry";
const RESTART_FIRST_MS = 100;
const RESTART_MOST_MS = 30_000;

/**
 * Starts PostgreSQL from the binaries that npm brought. It ends with this process however that ends, is started again
 * when it ends by itself, and works as root too (it then runs as `postgres` or `nobody`).
 *
 * @throws DatabaseError `EMBEDDED_DATABASE_UNSUPPORTED`, `EMBEDDED_DATABASE_FOLDER`, `EMBEDDED_DATABASE_IN_USE`,
 * `EMBEDDED_DATABASE_VERSION` or `EMBEDDED_DATABASE_START`.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDir, onNotice = () => {} } = options;
  await using resources = new AsyncDisposableStack();
  const packaged = findPackagedBinaries();
  const user = findServerUser();
  const folders = chooseFolders(dataDir, user, onNotice);
  resources.use(lockFolder(folders.root));
  resources.defer(() => removeSocketFolder(folders));
  const binaries = prepareBinaries(packaged, folders.root, user);
  const password = ensureCluster(folders, binaries, packaged.version, user);
  await clearOrphan(folders.cluster);

  const server = resources.use(await keepRunning({ binaries, folders, user }, onNotice));
  const administratorUrl = socketUrl(ADMINISTRATOR, password, folders.socket, "postgres");
  await ensureOwner(administratorUrl, password);

  const started = resources.move();
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= started.disposeAsync());
  return {
    url: socketUrl(OWNER, password, folders.socket, OWNER),
    administratorUrl,
    folder: folders.root,
    get pid() {
      return server.pid;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/**
 * The URL, as of {@link EmbeddedPostgres}, of the server that another process runs on this folder.
 *
 * @throws DatabaseError `EMBEDDED_DATABASE_FOLDER`, or an error of the file system when this process may not read the
 * server's password.
 */
export async function findEmbeddedPostgres({ dataDir }: EmbeddedPostgresOptions): Promise<string> {
  const { root, socket } = chooseFolders(dataDir, findServerUser(), () => {});
  return socketUrl(OWNER, await readFile(join(root, "password"), "utf8"), socket, OWNER);
}

/** Starts the server, and again whenever it ends by itself, until disposed. */
async function keepRunning(
  options: ServerOptions,
  onNotice: (message: string) => void,
): Promise<AsyncDisposable & { readonly pid: number }> {
  const stopping = new AbortController();
  let current = await startServer(options);
  const supervision = supervise();

  async function supervise(): Promise<void> {
    for (;;) {
      const how = await current.ended;
      if (stopping.signal.aborted) return;
      onNotice(`The embedded PostgreSQL ended by itself (${how}). It is being started again.`);
      const next = await startAgain();
      if (next === undefined) return;
      current = next;
      if (stopping.signal.aborted) return current.stop();
      onNotice("The embedded PostgreSQL runs again.");
    }
  }

  /** The first attempts may fail while processes of the old server still end. */
  async function startAgain(): Promise<ServerProcess | undefined> {
    for (
      let delayMs = RESTART_FIRST_MS;
      !stopping.signal.aborted;
      delayMs = Math.min(delayMs * 2, RESTART_MOST_MS)
    ) {
      try {
        await sleep(delayMs, undefined, { signal: stopping.signal });
        await clearOrphan(options.folders.cluster);
        return await startServer(options);
      } catch {
        // Tried again until it works or is no longer wanted; statements fail with DATABASE_UNAVAILABLE meanwhile.
      }
    }
    return undefined;
  }

  return {
    get pid() {
      return current.pid;
    },
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await current.stop();
      await supervision;
    },
  };
}

async function ensureOwner(administratorUrl: string, password: string): Promise<void> {
  const client = new pg.Client(administratorUrl);
  client.on("error", () => {});
  await client.connect();
  try {
    const { rows } = await client.query<{ role: boolean; database: boolean }>(
      `select exists (select from pg_roles where rolname = $1) as role,
              exists (select from pg_database where datname = $1) as database`,
      [OWNER],
    );
    if (rows[0]?.role !== true) {
      await client.query(`create role ${OWNER} login createrole password ${pg.escapeLiteral(password)}`);
    }
    if (rows[0]?.database !== true) await client.query(`create database ${OWNER} owner ${OWNER}`);
  } finally {
    await client.end();
  }
}

/** The host of a socket's URL goes into its query, as libpq has it. */
function socketUrl(user: string, password: string, socketFolder: string, database: string): string {
  return `postgresql://${user}:${password}@localhost/${database}?host=${encodeURIComponent(socketFolder)}`;
}
