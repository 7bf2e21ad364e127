/** What the pages of the test browser have: the bridges, and how a test makes them work. */
import type { BridgeOptions } from "../src/bridges/bridge.ts";
import type { Engine, HostAnswer } from "../src/bridges/engine.ts";
import { QuickJsBridge } from "../src/bridges/quickjs-bridge.ts";
import { QuickJsEngine } from "../src/bridges/quickjs/quickjs-engine.ts";
import { WebWorkerBridge, type WebWorkerBridgeOptions } from "../src/bridges/web-worker-bridge.ts";
import { openFrame } from "../src/bridges/web-worker/frame.ts";
import { WebWorkerEngine } from "../src/bridges/web-worker/web-worker-engine.ts";

const BRIDGES = { QuickJsBridge, WebWorkerBridge };
const ENGINES = { QuickJsEngine, WebWorkerEngine };

/** Engines of bridges whose host side is in the test's own process. */
const engines = new Map<string, Engine>();

declare const XMLHttpRequest: new () => {
  readonly responseText: string;
  open(method: string, url: string, isAsync: boolean): void;
  send(body: string): void;
};

/** What became of one piece of code. */
export interface Outcome {
  readonly value?: unknown;
  readonly code?: string;
  readonly message?: string;
  readonly ms: number;
}

/** What became of a start or run of an engine. */
export type EngineOutcome = { readonly reply: string } | { readonly code: string; readonly message: string };

/**
 * Runs code after code on one bridge. `data` has a list of 10,000 objects, and `count()` that says how often it was
 * called.
 */
export async function runCodes(
  name: keyof typeof BRIDGES,
  options: WebWorkerBridgeOptions,
  codes: readonly string[],
): Promise<Outcome[]> {
  await using bridge = new BRIDGES[name](options);
  await bridge.initialize();
  const list = Array.from({ length: 10_000 }, (_, id) => ({ id, name: `item ${id}` }));
  let count = 0;
  const data = { list, count: () => ++count };
  const outcomes: Outcome[] = [];
  for (const code of codes) {
    const startedAt = performance.now();
    const outcome = await bridge.execute(code, data).then((value) => ({ value }), describeFailure);
    outcomes.push({ ...outcome, ms: performance.now() - startedAt });
  }
  return outcomes;
}

/** Disposes of a bridge while it runs; gives the code of what the run rejects with. */
export async function disposeWhileRunning(): Promise<string> {
  const bridge = new WebWorkerBridge({ timeoutMs: 60_000 });
  await bridge.initialize();
  const started = Promise.withResolvers<void>();
  const running = bridge
    .execute("data.start(); for (;;);", { start: started.resolve })
    .then(() => "", describeFailure);
  await started.promise;
  await bridge.dispose();
  const failure = await running;
  return typeof failure === "string" ? failure : failure.code;
}

/** Runs a script in the worker of a frame before, and instead of, the kernel; gives what it posts as its reply. */
export function runInFrame(frame: string, script: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const { port } = openFrame({ text: frame }, { scripts: [script] });
  port.addEventListener("message", ({ data }) => {
    const [kind, text] = data as [string, string];
    if (kind !== "ready") resolve(text);
  });
  port.start();
  return promise;
}

export async function startEngine(
  id: string,
  name: keyof typeof ENGINES,
  options: BridgeOptions,
): Promise<EngineOutcome> {
  const engine = engines.get(id) ?? new ENGINES[name](options);
  engines.set(id, engine);
  return engine.start(options.guestBundle ?? "").then(() => ({ reply: "" }), describeFailure);
}

/** Questions go to the test, by a request that the page waits for. */
export async function runEngine(id: string, message: string, timeoutMs: number): Promise<EngineOutcome> {
  const engine = engines.get(id);
  if (!engine) return { code: "BRIDGE_LOST", message: `there is no engine ${id}` };
  const answer: HostAnswer = (question) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/answers/${id}`, false);
    request.send(question);
    return request.responseText;
  };
  return engine.run(message, answer, timeoutMs).then((reply) => ({ reply }), describeFailure);
}

export async function disposeEngine(id: string): Promise<void> {
  await engines.get(id)?.dispose();
  engines.delete(id);
}

function describeFailure(error: unknown): { code: string; message: string } {
  const { code, message } = error as { code: string; message: string };
  return { code, message };
}
