import type { SpawnOptions } from "../../supervisor/spawn.ts";
import { killWithInnermost } from "../../supervisor/proc.ts";
import { BridgeError } from "../errors.ts";
import { EngineFailure, type EngineFailureCode, type HostAnswer } from "../engine.ts";
import { type Transport, launchOverFifos, launchOverSocket } from "./transport.ts";
import { type Watch, watchProcess } from "./watchdog.ts";
import { type BridgeFrame, BridgeFrameKind, BridgeFrameReader, WireError } from "./wire.ts";

const START_TIMEOUT_MS = 10_000;
/** How much later than its own deadline a turn is ended from outside. */
const GRACE_MS = 250;
const MEBIBYTE = 1024 * 1024;
/** Resident memory that a runner has before any guest, shared pages included, and room for its own work. */
const BASE_MEMORY_MB = 160;
/** V8 and ICU need more around a heap than its own size. */
const MEMORY_SLACK = 1.5;
/** A string takes at most twice as many bytes in UTF-8 as in the guest's heap. */
const TEXT_GROWTH = 2;
const MAX_FRAME_BYTES = 512 * MEBIBYTE;
const OUT_OF_MEMORY = /out of memory|OOM error|Allocation failed|allocation failed/;

export interface BridgeRunnerOptions extends SpawnOptions {
  readonly memoryLimitMb: number;
  readonly isSynchronous: boolean;
  /** Text of `watchdog-thread.ts` as CommonJS. */
  readonly watchdog: string;
  /** It is of no further use. Called once, before the call that it had open, if any, is told. */
  readonly onLost: (hadOpenCall: boolean) => void;
}

type Outcome = { readonly text: string } | { readonly failure: EngineFailure };

/** From what the bridge sends to what ends it: the start, or one message. */
interface Turn {
  readonly endsWith: typeof BridgeFrameKind.Ready | typeof BridgeFrameKind.Result;
  readonly limitMs: number;
  readonly startedAt: number;
  readonly answer: HostAnswer;
  readonly onEnd: ((outcome: Outcome) => void) | undefined;
  outcome: Outcome | undefined;
}

/**
 * One runner process behind a bridge, from outside. It takes one message at a time. After anything but a result it is
 * killed: a kernel that was stopped somewhere in its work is not asked again.
 */
export class BridgeRunner {
  /** Resolves when the kernel is up. */
  readonly ready: Promise<string>;
  readonly #options: BridgeRunnerOptions;
  readonly #transport: Transport;
  readonly #reader: BridgeFrameReader;
  readonly #exited: Promise<unknown>;
  readonly #watch: Watch | undefined;
  #turn: Turn | undefined;
  #isAnswering = false;
  #isLost = false;
  #spawnError = "";

  constructor(options: BridgeRunnerOptions) {
    this.#options = options;
    this.#reader = new BridgeFrameReader(
      Math.min(options.memoryLimitMb * TEXT_GROWTH * MEBIBYTE, MAX_FRAME_BYTES),
    );
    this.#transport = (options.isSynchronous ? launchOverFifos : launchOverSocket)(options);
    const { child } = this.#transport;
    this.#exited = new Promise((resolve) => {
      child.once("exit", resolve).on("error", (error) => {
        this.#spawnError = error.message;
        resolve(undefined);
      });
    });
    const capMb = BASE_MEMORY_MB + options.memoryLimitMb * MEMORY_SLACK;
    if (child.pid !== undefined) this.#watch = watchProcess(options.watchdog, child.pid, capMb);
    this.#transport.listen(
      (bytes) => this.#take(() => this.#reader.push(bytes)),
      () => this.#onEnd(),
    );
    this.ready = new Promise((resolve, reject) => {
      this.#open(BridgeFrameKind.Ready, START_TIMEOUT_MS, refuse, settler(resolve, reject));
    });
    // Whoever needs it gets the failure; until then nobody listens.
    this.ready.catch(() => {});
  }

  /** Gives one message to the kernel. Only while no other is under way. */
  run(message: string, answer: HostAnswer, timeoutMs: number): Promise<string> {
    return new Promise((resolve, reject) => {
      const turn = this.#open(BridgeFrameKind.Result, timeoutMs, answer, settler(resolve, reject));
      this.#send(BridgeFrameKind.Message, message, turn.limitMs);
    });
  }

  /** The same, at once; what is under way is finished first. */
  runSync(message: string, answer: HostAnswer, timeoutMs: number): string {
    const turn = this.#open(BridgeFrameKind.Result, timeoutMs, answer);
    this.#send(BridgeFrameKind.Message, message, turn.limitMs);
    const outcome = this.#finish(turn);
    if ("failure" in outcome) throw outcome.failure;
    return outcome.text;
  }

  /**
   * Waits for what is under way, be it the start.
   *
   * @throws BridgeError when that waits for the caller.
   */
  settle(): void {
    if (this.#isAnswering) {
      throw new BridgeError(
        "BRIDGE_NOT_SYNCHRONOUS",
        "a host function called back into the bridge that waits for it; use another bridge",
      );
    }
    if (this.#turn) this.#finish(this.#turn);
  }

  /** Ends the process. What is under way fails. Resolves when nothing of it is left. Idempotent. */
  async close(): Promise<void> {
    this.#lose("BRIDGE_LOST", "the bridge was disposed");
    await this.#exited;
    await this.#watch?.[Symbol.asyncDispose]();
  }

  #open(
    endsWith: Turn["endsWith"],
    timeoutMs: number,
    answer: HostAnswer,
    onEnd?: (outcome: Outcome) => void,
  ): Turn {
    const limitMs = Math.max(1, Math.ceil(timeoutMs));
    const turn = { endsWith, limitMs, startedAt: performance.now(), answer, onEnd, outcome: undefined };
    this.#turn = turn;
    this.#watch?.beginTurn(limitMs + GRACE_MS);
    return turn;
  }

  #close(outcome: Outcome): void {
    const turn = this.#turn;
    if (!turn) return;
    this.#turn = undefined;
    turn.outcome = outcome;
    this.#watch?.endTurn();
    turn.onEnd?.(outcome);
  }

  #finish(turn: Turn): Outcome {
    while (turn.outcome === undefined) {
      this.#take(() => {
        if (!this.#transport.receive(this.#reader)) this.#onEnd();
      });
    }
    return turn.outcome;
  }

  #take(read: () => void): void {
    try {
      read();
      for (let frame = this.#reader.take(); frame && !this.#isLost; frame = this.#reader.take()) {
        this.#handle(frame);
      }
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.#violate(error.message);
    }
  }

  #handle({ kind, text }: BridgeFrame): void {
    const turn = this.#turn;
    if (!turn) return this.#violate(`it sent a frame of kind ${kind} when nothing was asked of it`);
    if (kind === turn.endsWith) return this.#close({ text });
    if (turn.endsWith === BridgeFrameKind.Ready) return this.#violate(`its first frame was of kind ${kind}`);
    switch (kind) {
      case BridgeFrameKind.Question:
        return this.#answer(turn, text);
      case BridgeFrameKind.Timeout:
        return this.#loseToTime(turn);
      case BridgeFrameKind.OutOfMemory:
        return this.#loseToMemory();
      case BridgeFrameKind.Broken:
        return this.#lose("BRIDGE_LOST", `the bridge kernel failed: ${text}`);
      default:
        return this.#violate(`it sent a frame of kind ${kind}, which does not exist`);
    }
  }

  #answer(turn: Turn, question: string): void {
    this.#isAnswering = true;
    const text = turn.answer(question);
    this.#isAnswering = false;
    // The runner's own clock stands still while the host is at work.
    if (performance.now() - turn.startedAt > turn.limitMs) this.#loseToTime(turn);
    else this.#send(BridgeFrameKind.Answer, text);
  }

  #send(kind: BridgeFrameKind, text: string, number?: number): void {
    if (this.#isLost) return this.#close({ failure: new EngineFailure("BRIDGE_LOST", "the runner had ended") });
    try {
      this.#transport.send(kind, text, number);
    } catch {
      this.#onEnd();
    }
  }

  /** The process is gone, or has closed its side. */
  #onEnd(): void {
    if (this.#isLost) return;
    const errors = this.#transport.readErrors();
    const verdict = this.#watch?.verdict;
    if (this.#turn?.endsWith === BridgeFrameKind.Ready) {
      const detail = errors.trim() || this.#spawnError || "no answer";
      return this.#lose("BRIDGE_LOST", `a runner process did not start: ${detail}`);
    }
    if (verdict === "deadline" && this.#turn) return this.#loseToTime(this.#turn);
    if (verdict === "memory" || OUT_OF_MEMORY.test(errors)) return this.#loseToMemory();
    this.#lose("BRIDGE_LOST", "the runner process ended before the code had a result");
  }

  #loseToTime({ limitMs }: Turn): void {
    this.#lose("BRIDGE_TIMEOUT", `the code ran longer than its limit of ${limitMs} ms`);
  }

  #loseToMemory(): void {
    const { memoryLimitMb } = this.#options;
    this.#lose("BRIDGE_MEMORY", `the code used more memory than its limit of ${memoryLimitMb} MB`);
  }

  #violate(reason: string): void {
    this.#lose("BRIDGE_LOST", `the runner was killed: ${reason}`);
  }

  #lose(code: EngineFailureCode, message: string): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#transport.close();
    const { pid, exitCode, signalCode } = this.#transport.child;
    if (pid !== undefined && exitCode === null && signalCode === null) killWithInnermost(pid);
    this.#options.onLost(this.#turn?.endsWith === BridgeFrameKind.Result);
    this.#close({ failure: new EngineFailure(code, message) });
  }
}

function settler(resolve: (text: string) => void, reject: (failure: EngineFailure) => void) {
  return (outcome: Outcome): void => {
    if ("failure" in outcome) reject(outcome.failure);
    else resolve(outcome.text);
  };
}

function refuse(): never {
  throw new Error("a runner asked before it was up");
}
