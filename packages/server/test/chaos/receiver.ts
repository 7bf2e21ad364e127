import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { note } from "./journal.ts";
import type { Run } from "./journal.ts";

/** Hears, outside of the platform, what scripts do. */
export interface Receiver extends AsyncDisposable {
  readonly url: string;
  /** All that was heard so far, in its order. */
  readonly runs: readonly Run[];
}

/** @param file the journal of what it heard, each line of which is written before its sender is answered. */
export async function startReceiver(file: string): Promise<Receiver> {
  const runs: Run[] = [];

  async function hear(request: IncomingMessage): Promise<void> {
    const told = JSON.parse(await text(request)) as Omit<Run, "at">;
    const run = { ...told, at: Date.now() };
    note(file, run);
    runs.push(run);
  }

  const server = createServer((request, response) => {
    hear(request).then(
      () => response.writeHead(204).end(),
      // Whoever was killed while it told of itself did not tell.
      () => response.destroy(),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/ran`,
    runs,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
