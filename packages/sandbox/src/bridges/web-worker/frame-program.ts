/** What runs in the frame between page and worker: starts the worker and passes messages on. */
import { createAnswerBuffer, writeAnswer } from "./answer-buffer.ts";
import type { Endpoint, MessageEvent, Port, Worker } from "./browser.ts";
import { type FrameStart, type FromWorker, type ToWorker, send } from "./messages.ts";

interface FrameScope {
  readonly crossOriginIsolated: boolean;
  readonly Worker: new (url: string) => Worker;
  readonly Blob: new (parts: readonly string[], options: { type: string }) => object;
  readonly URL: { createObjectURL(blob: object): string };
  addEventListener(
    type: "message",
    listener: (event: MessageEvent) => void,
    options: { once: boolean },
  ): void;
}

const scope = globalThis as unknown as FrameScope;

/** @param workerProgram Text of the script that the worker runs. */
export function serveFrame(workerProgram: string): void {
  scope.addEventListener(
    "message",
    ({ data, ports: [port] }) => port && connect(port, startWorker(workerProgram), data as FrameStart),
    { once: true },
  );
}

function startWorker(program: string): Worker {
  const blob = new scope.Blob([program], { type: "text/javascript" });
  return new scope.Worker(scope.URL.createObjectURL(blob));
}

function connect(page: Port, worker: Worker, { scripts }: FrameStart): void {
  const answers = scope.crossOriginIsolated ? createAnswerBuffer() : undefined;
  worker.addEventListener("message", ({ data }) => send(page, data as FromWorker));
  worker.addEventListener("error", ({ message }) => {
    send(page, ["failed", message ?? "the browser did not start it"]);
  });
  page.addEventListener("message", ({ data }) => {
    const [kind, text] = data as ToWorker;
    if (kind === "answer" && answers) leaveAnswer(answers, text, page);
    else send(worker, [kind, text]);
  });
  page.start();
  send(worker, { scripts, ...(answers && { answers }) });
}

function leaveAnswer(answers: SharedArrayBuffer, text: string, page: Endpoint): void {
  try {
    writeAnswer(answers, text);
  } catch (error) {
    send(page, ["failed", String(error)]);
  }
}
