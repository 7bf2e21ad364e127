import { residentCapMb, saysOutOfMemory } from "../../supervisor/memory.ts";
import { findInnermost, killWithInnermost, readResidentBytes } from "../../supervisor/proc.ts";
import type { SpawnOptions } from "../../supervisor/spawn.ts";
import {
  describeExhaustion,
  describeTimeout,
  EngineFailure,
  type EngineFailureCode,
  type HostAnswer,
} from "../engine.ts";
import { type Transport, launchOverFifos, launchOverSocket } from "./transport.ts";
import { type Watch, watchProcess } from "./watchdog.ts";
import { type BridgeFrame, BridgeFrameKind, BridgeFrameReader } from "./wire.ts";

const START_TIMEOUT_MS = 10_000;
const MAX_TIMEOUT_MS = 2 ** 31 - 1;
/** How much later than its own deadline a turn is ended from outside. */
const GRACE_MS = 250;
const MEBIBYTE = 1024 * 1024;
/** A string takes at most twice as many bytes in UTF-8 as in the guest's heap. */
const TEXT_GROWTH = 2;
const MAX_FRAME_BYTES = 512 * MEBIBYTE;

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
  readonly timeoutMs: number;
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
    this.#watch = this.#guard(child.pid);
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
      this.#open(BridgeFrameKind.Result, timeoutMs, answer, settler(resolve, reject));
      this.#send(BridgeFrameKind.Message, message, wholeMs(timeoutMs));
    });
  }

  /**
   * The same, at once; a start that is under way is waited for.
   *
   * @throws EngineFailure
   */
  runSync(message: string, answer: HostAnswer, timeoutMs: number): string {
    if (this.#turn) textOf(this.#finish(this.#turn));
    const turn = this.#open(BridgeFrameKind.Result, timeoutMs, answer);
    this.#send(BridgeFrameKind.Message, message, wholeMs(timeoutMs));
    return textOf(this.#finish(turn));
  }

  residentBytes(): number | undefined {
    const { pid } = this.#transport.child;
    return pid === undefined ? undefined : readResidentBytes(findInnermost(pid));
  }

  /** Ends the process. What is under way fails. Resolves when nothing of it is left. Idempotent. */
  async close(): Promise<void> {
    this.#lose("BRIDGE_LOST", "the bridge was disposed");
    await this.#exited;
    await this.#watch?.[Symbol.asyncDispose]();
  }

  /** A process that nobody watches must not run. */
  #guard(pid: number | undefined): Watch | undefined {
    if (pid === undefined) return undefined;
    try {
      return watchProcess(this.#options.watchdog, pid, residentCapMb(this.#options.memoryLimitMb));
    } catch (error) {
      this.#transport.close();
      killWithInnermost(pid);
      throw error;
    }
  }

  #open(
    endsWith: Turn["endsWith"],
    timeoutMs: number,
    answer: HostAnswer,
    onEnd?: (outcome: Outcome) => void,
  ): Turn {
    const turn = { endsWith, timeoutMs, startedAt: performance.now(), answer, onEnd, outcome: undefined };
    this.#turn = turn;
    this.#watch?.beginTurn(timeoutMs + GRACE_MS);
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
      // Nothing that a runner sends may leave its bridge in the middle of a call.
      this.#violate((error as Error).message);
    }
  }

  #handle({ kind, text }: BridgeFrame): void {
    const turn = this.#turn;
    if (!turn) return this.#violate(`it sent a frame of kind ${kind} when nothing was asked of it`);
    if (kind === turn.endsWith) return this.#close({ text });
    if (turn.endsWith === BridgeFrameKind.Ready) return this.#handleStart(kind, text);
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

  #handleStart(kind: number, text: string): void {
    if (kind === BridgeFrameKind.Broken) this.#lose("BRIDGE_LOST", `the guest bundle failed: ${text}`);
    else this.#violate(`its first frame was of kind ${kind}`);
  }

  #answer(turn: Turn, question: string): void {
    const text = turn.answer(question);
    // The runner's own clock stands still while the host is at work.
    if (performance.now() - turn.startedAt > turn.timeoutMs) this.#loseToTime(turn);
    else this.#send(BridgeFrameKind.Answer, text);
  }

  #send(kind: BridgeFrameKind, text: string, number?: number): void {
    if (this.#isLost)
      return this.#close({ failure: new EngineFailure("BRIDGE_LOST", "the runner had ended") });
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
    if (verdict === "memory" || saysOutOfMemory(errors)) return this.#loseToMemory();
    this.#lose("BRIDGE_LOST", "the runner process ended before the code had a result");
  }

  #loseToTime({ timeoutMs }: Turn): void {
    this.#lose("BRIDGE_TIMEOUT", describeTimeout(timeoutMs));
  }

  #loseToMemory(): void {
    const { memoryLimitMb } = this.#options;
    this.#lose("BRIDGE_MEMORY", describeExhaustion(memoryLimitMb));
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

function textOf(outcome: Outcome): string {
  if ("failure" in outcome) throw outcome.failure;
  return outcome.text;
}

function settler(resolve: (text: string) => void, reject: (failure: EngineFailure) => void) {
  return (outcome: Outcome): void => {
    if ("failure" in outcome) reject(outcome.failure);
    else resolve(outcome.text);
  };
}

/** A part of a millisecond would count as no limit; more than this the wire cannot say. */
function wholeMs(timeoutMs: number): number {
  return Math.min(Math.ceil(timeoutMs), MAX_TIMEOUT_MS);
}

function refuse(): never {
  throw new Error("a runner asked before it was up");
}
