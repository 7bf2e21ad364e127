/**
 * Loaded into a node before its own program (`node --import`): tells, on the socket that `SOAK_PROBE` names, what the
 * process holds after garbage collection, as {@link Holding}. It also ends the node with the process that started it.
 */
import { rmSync } from "node:fs";
import { createServer } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import v8 from "node:v8";
import vm from "node:vm";
import { isMainThread } from "node:worker_threads";
import { endWithParent } from "../chaos/child.ts";

/** What only the process itself knows. */
export interface Holding {
  readonly heapBytes: number;
  /** Outside of the heap: buffers, and what native code holds for objects. */
  readonly externalBytes: number;
  /** What keeps its event loop alive. */
  readonly handles: number;
}

const path = process.env["SOAK_PROBE"];
delete process.env["NODE_OPTIONS"];
// Threads of the node load it too.
if (isMainThread && path !== undefined) {
  endWithParent();
  listen(path);
}

function listen(path: string): void {
  v8.setFlagsFromString("--expose-gc");
  const collect = vm.runInNewContext("gc") as () => void;
  const server = createServer((socket) => {
    socket.on("error", () => {});
    void measure(collect).then((holding) => socket.end(JSON.stringify(holding)));
  });
  // That of a node before, which did not end in order.
  rmSync(path, { force: true });
  server.listen(path).unref();
}

async function measure(collect: () => void): Promise<Holding> {
  collect();
  // Finalizers run between.
  await nextTurn();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return { heapBytes: heapUsed, externalBytes: external, handles: process.getActiveResourcesInfo().length };
}
