import { join } from "node:path";
import type { Config } from "../config.ts";
import { findEmbeddedPostgres, startEmbeddedPostgres } from "../db/embedded-postgres.ts";
import { DatabaseError } from "../db/errors.ts";
import type { DatabaseOptions } from "../db/open.ts";
import { claimDataFolder } from "./data-folder.ts";

/** Which database the configuration means. */
export function describeDatabase(
  { databaseUrl, dataDir }: Pick<Config, "databaseUrl" | "dataDir">,
  onNotice: (message: string) => void,
): DatabaseOptions {
  return databaseUrl === undefined ? { dataDir: join(dataDir, "data"), onNotice } : { url: databaseUrl };
}

/** A database that may be connected to until this is disposed. */
export interface ReachableDatabase extends AsyncDisposable {
  readonly url: string;
}

/**
 * For commands that work on the database beside a server: the embedded one is started, or, while a server runs it,
 * shared with that server.
 *
 * @throws StartError `DATA_FOLDER_FOREIGN`.
 * @throws DatabaseError those of `startEmbeddedPostgres`.
 */
export async function reachDatabase(
  config: Config,
  onNotice: (message: string) => void,
): Promise<ReachableDatabase> {
  const options = describeDatabase(config, onNotice);
  if ("url" in options) return { url: options.url, [Symbol.asyncDispose]: () => Promise.resolve() };
  await claimDataFolder(config);
  try {
    return await startEmbeddedPostgres(options);
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== "EMBEDDED_DATABASE_IN_USE") throw error;
    const url = await findEmbeddedPostgres(options);
    return { url, [Symbol.asyncDispose]: () => Promise.resolve() };
  }
}
