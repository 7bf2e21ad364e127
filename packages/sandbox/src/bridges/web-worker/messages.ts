import type { Endpoint } from "./browser.ts";

/** What the page tells the frame when it has loaded; a port comes with it. */
export interface FrameStart {
  /** The kernel and the guest bundle, to be evaluated in this order. */
  readonly scripts: readonly string[];
}

/** What the frame tells the worker first. */
export interface WorkerStart extends FrameStart {
  /** Where answers are left; nothing where the frame is not cross-origin isolated. */
  readonly answers?: SharedArrayBuffer;
}

/** From the page: the next run, or the host's answer to a question. */
export type ToWorker = readonly [kind: "run" | "answer", text: string];

/** From the worker: that it is ready, a question, the reply to a run, or why it cannot go on. */
export type FromWorker = readonly [kind: "ready" | "question" | "reply" | "failed", text: string];

/** Sends through a channel, which has one other end and so no origin to name. */
export function send(
  endpoint: Pick<Endpoint, "postMessage">,
  message: FrameStart | WorkerStart | ToWorker | FromWorker,
): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- only windows have one
  endpoint.postMessage(message);
}
