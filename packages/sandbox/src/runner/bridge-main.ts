/**
 * The program of a runner process behind a bridge. It holds one isolate with the bridge kernel, and passes messages
 * between it and the host, one at a time, waiting for each.
 */
import type ivm from "isolated-vm";
import { type Descriptors, Line } from "../bridges/process/line.ts";
import { type BridgeFrame, BridgeFrameKind, BridgeFrameReader } from "../bridges/process/wire.ts";
import { loadEngine } from "./engine-addon.ts";

/** The host is trusted; nothing larger fits into a string. */
const MAX_FRAME_BYTES = 512 * 1024 * 1024;

/** What the bridge puts in front of this program as `globalThis.boot`. */
export interface BridgeBoot {
  readonly descriptors: Descriptors;
  readonly memoryLimitMb: number;
  /** Scripts to run in the isolate, in this order, before the kernel is attached. */
  readonly guestScripts: readonly string[];
}

/** Without a message it gives the answer to the last one, empty when there is none. */
type Receive = ivm.Reference<(message?: string) => string>;

const ATTACH = `
const receive = __attachBridge($0);
let answer = "";
return (message) => {
  if (message === undefined) return answer;
  answer = "";
  return (answer = receive(message));
};`;

const { boot } = globalThis as unknown as { boot: BridgeBoot & { readonly addonPath: string } };
const line = new Line(boot.descriptors);
const reader = new BridgeFrameReader(MAX_FRAME_BYTES);
const engine = loadEngine(boot.addonPath);
const isolate = new engine.Isolate({ memoryLimit: boot.memoryLimitMb });

const realm = createRealm();
if (realm) serve(realm);

/** The way into the guest, unless one of its scripts fails. */
function createRealm(): Receive | undefined {
  try {
    const context = isolate.createContextSync();
    for (const script of boot.guestScripts) context.evalSync(script);
    const ask = new engine.Callback(askHost);
    const options = { result: { reference: true } } as const;
    return context.evalClosureSync(ATTACH, [ask], options) as Receive;
  } catch (error) {
    line.send(BridgeFrameKind.Broken, textOf(error));
    return undefined;
  }
}

/** Answers the bridge until it is gone. */
function serve(receive: Receive): never {
  line.send(BridgeFrameKind.Ready, "");
  for (;;) {
    const { text, number } = expectFrame(BridgeFrameKind.Message);
    respond(receive, text, number);
  }
}

function respond(receive: Receive, message: string, timeoutMs: number): void {
  try {
    line.send(BridgeFrameKind.Result, receive.applySync(undefined, [message], { timeout: timeoutMs }));
  } catch (error) {
    const kind = classify(error);
    // isolated-vm throws what a promise of the guest was rejected with when nobody handles it: after the answer.
    const answer = kind === BridgeFrameKind.Broken ? receive.applySync(undefined, []) : "";
    if (answer === "") line.send(kind, textOf(error));
    else line.send(BridgeFrameKind.Result, answer);
  }
}

/** The guest's way to the host. */
function askHost(question: string): string {
  line.send(BridgeFrameKind.Question, question);
  return expectFrame(BridgeFrameKind.Answer).text;
}

function classify(error: unknown): BridgeFrameKind {
  if (isolate.isDisposed) return BridgeFrameKind.OutOfMemory;
  // isolated-vm has no code for it.
  const isTimeout = textOf(error) === "Script execution timed out.";
  return isTimeout ? BridgeFrameKind.Timeout : BridgeFrameKind.Broken;
}

/** What a guest threw need not be an error. */
function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function expectFrame(kind: BridgeFrameKind): BridgeFrame {
  for (;;) {
    const frame = reader.take();
    if (frame?.kind === kind) return frame;
    if (frame !== undefined) throw new Error(`the host sent a frame of kind ${frame.kind}, not ${kind}`);
    if (!line.receive(reader)) process.exit(0);
  }
}
