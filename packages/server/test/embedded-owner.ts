/**
 * A process that owns an embedded PostgreSQL, for tests that kill it: `embedded-owner.ts DATA_DIR [UID]`. Prints one
 * line of JSON, then lives until it is killed or its standard input ends.
 */
import { once } from "node:events";

import { startEmbeddedPostgres } from "../src/db/embedded-postgres.ts";

const [dataDir = "", uid] = process.argv.slice(2);
if (uid !== undefined) becomeUser(Number(uid));
try {
  await using server = await startEmbeddedPostgres({ dataDir });
  const { url, administratorUrl, folder, pid } = server;
  print({ url, administratorUrl, folder, pid });
  await once(process.stdin.resume(), "end");
} catch (error) {
  print({ code: (error as { code?: string }).code, message: (error as Error).message });
}

function becomeUser(id: number): void {
  process.setgroups?.([]);
  process.setgid?.(id);
  process.setuid?.(id);
}

function print(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
