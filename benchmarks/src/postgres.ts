import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod } from "node:fs/promises";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "./skerry-server.ts";

const OWNER = fileURLToPath(new URL("../../packages/server/test/embedded-owner.ts", import.meta.url));

/** The PostgreSQL that Skerry embeds, with its usual settings, on its own: what is measured on it is the floor. */
export async function startPostgres(): Promise<AsyncDisposable & { readonly url: string }> {
  await using starting = new AsyncDisposableStack();
  const folder = starting.use(await temporaryFolder());
  // Started by root it runs as another user, who has to reach its data.
  await chmod(folder.path, 0o755);
  const owner = spawn(process.execPath, ["--conditions=@skerry/source", OWNER, folder.path], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(owner, "exit");
  starting.defer(async () => {
    owner.stdin.end();
    await ended;
  });
  for await (const line of createInterface({ input: owner.stdout })) {
    const { url, message } = JSON.parse(line) as { readonly url?: string; readonly message?: string };
    if (url === undefined) throw new Error(`PostgreSQL does not start: ${message}`);
    const parts = starting.move();
    return { url, [Symbol.asyncDispose]: () => parts.disposeAsync() };
  }
  throw new Error("PostgreSQL does not start");
}
