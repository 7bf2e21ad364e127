/** What runs in the worker: the kernel, which takes the browser's globals away, and its way to the frame. */
import { createAnswerReader } from "./answer-buffer.ts";
import type { Endpoint, MessageChannelConstructor } from "./browser.ts";
import { type ToWorker, type WorkerStart, send } from "./messages.ts";
import { Replay } from "./replay.ts";

type Ask = (question: string) => string;
type Receive = (message: string) => string;

interface WorkerScope extends Endpoint {
  readonly MessageChannel: MessageChannelConstructor;
  readonly __attachBridge?: (ask: Ask) => Receive;
}

const scope = globalThis as unknown as WorkerScope;
/** The frame's end, kept from before the kernel takes it from the scope. */
const frame: Pick<Endpoint, "postMessage"> = { postMessage: scope.postMessage.bind(scope) };
const afterMicrotasks = createTaskQueue();

let hear: ((message: ToWorker) => void) | undefined;

scope.addEventListener("message", ({ data }) => {
  if (hear) hear(data as ToWorker);
  else start(data as WorkerStart);
});

function start({ scripts, answers }: WorkerStart): void {
  try {
    hear = answers ? runWaiting(scripts, answers) : runReplaying(scripts);
    send(frame, ["ready", ""]);
  } catch (error) {
    send(frame, ["failed", String(error)]);
  }
}

/** Runs that wait for the answers to their questions. */
function runWaiting(scripts: readonly string[], answers: SharedArrayBuffer): (message: ToWorker) => void {
  const read = createAnswerReader(answers);
  const receive = attach(scripts, (question) => read(() => send(frame, ["question", question])));
  return ([, message]) => {
    const reply = receive(message);
    afterMicrotasks(() => send(frame, ["reply", reply]));
  };
}

/** Runs that begin again with each answer. */
function runReplaying(scripts: readonly string[]): (message: ToWorker) => void {
  let replay = new Replay();
  let run = "";
  const receive = attach(scripts, (question) => replay.ask(question));
  const attempt = (): void => {
    const reply = receive(run);
    afterMicrotasks(() =>
      send(frame, replay.open === undefined ? ["reply", reply] : ["question", replay.open]),
    );
  };
  return ([kind, text]) => {
    if (kind === "answer") {
      replay.answer(text);
    } else {
      replay = new Replay();
      run = text;
    }
    attempt();
  };
}

function attach(scripts: readonly string[], ask: Ask): Receive {
  // oxlint-disable-next-line eslint/no-eval -- this is how a script gets into a realm
  const evaluate = globalThis.eval;
  for (const script of scripts) evaluate(script);
  if (!scope.__attachBridge) throw new Error("the kernel is missing");
  return scope.__attachBridge(ask);
}

/**
 * A way to do something in the next task, when all microtasks have run: what code leaves behind in promises is part of
 * its run and its time.
 */
function createTaskQueue(): (task: () => void) => void {
  const { port1, port2 } = new scope.MessageChannel();
  const wake = port2.postMessage.bind(port2);
  let next: (() => void) | undefined;
  port1.addEventListener("message", () => next?.());
  port1.start();
  return (task) => {
    next = task;
    wake(null);
  };
}
