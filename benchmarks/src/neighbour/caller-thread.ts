/**
 * A caller that is not on the host's thread, as clients are not: it sends a call, waits for the answer, pauses and
 * sends the next, for as long as the other side answers. Each message says when it was sent, so that what a call waits
 * until the host's event loop comes to it is part of its time.
 */
import { parentPort } from "node:worker_threads";

const PAUSE_MS = 4;

function send(): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- only windows have one
  parentPort?.postMessage(performance.timeOrigin + performance.now());
}

parentPort?.on("message", () => setTimeout(send, PAUSE_MS));
