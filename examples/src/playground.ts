import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** What a product has already: a database, and a folder for its keys. Nothing of them is left when it is disposed. */
export interface Playground extends AsyncDisposable {
  readonly databaseUrl: string;
  /** Connects the superuser. */
  readonly administratorUrl: string;
  readonly dataDir: string;
}

const POSTGRES = fileURLToPath(new URL("../../packages/server/test/embedded-owner.ts", import.meta.url));

/** Starts an empty PostgreSQL in a folder of its own. */
export async function createPlayground(): Promise<Playground> {
  await using starting = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), "skerry-example-"));
  starting.defer(() => rm(dataDir, { recursive: true, force: true }));
  // Started by root, PostgreSQL runs as another user, who has to reach its data.
  await chmod(dataDir, 0o755);

  const postgres = spawn(process.execPath, ["--conditions=@skerry/source", POSTGRES, join(dataDir, "data")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(postgres, "exit");
  starting.defer(async () => {
    postgres.stdin.end();
    await ended;
  });
  for await (const line of createInterface({ input: postgres.stdout })) {
    const { url, administratorUrl, message } = JSON.parse(line) as Readonly<Record<string, string>>;
    if (url === undefined || administratorUrl === undefined) {
      throw new Error(`PostgreSQL does not start: ${message}`);
    }
    const parts = starting.move();
    return { databaseUrl: url, administratorUrl, dataDir, [Symbol.asyncDispose]: () => parts.disposeAsync() };
  }
  throw new Error("PostgreSQL does not start");
}
