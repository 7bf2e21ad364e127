/**
 * The program of a runner process. It is bundled into one file and read from standard input, so that the
 * process needs no file permission; it speaks over descriptor 3 and does nothing that it was not told.
 */
import { randomFillSync } from "node:crypto";
import { Socket } from "node:net";
import type ivm from "isolated-vm";
import { CHANNEL_FD } from "../protocol/boot.ts";
import { Channel } from "../protocol/channel.ts";
import { type Frame, FrameKind } from "../protocol/frame.ts";
import type { EndHead, FailureHead, StartHead } from "../protocol/messages.ts";
import { loadEngine } from "./engine-addon.ts";
import { RunnerExecution } from "./execution.ts";
import type { LoadedProgram } from "./isolate-slot.ts";
import { IsolateStore } from "./isolate-store.ts";
import { Pace } from "./pace.ts";

const CHECK_EVERY_MS = 10;
const MAX_FRAME_BYTES = 256 * 1024 * 1024;

/** Lazily compiled code of ours is compiled by the first, and known to be worth keeping by the second. */
const REHEARSALS = 2;
const REHEARSAL: LoadedProgram = {
  id: "",
  fileName: "rehearsal.js",
  code: "var program={default:(input)=>input};",
  pace: new Pace(),
};
const REHEARSAL_HEAD = {
  program: REHEARSAL.id,
  entry: "call",
  reuseContext: false,
  depth: 0,
  cpuMs: 10_000,
  wallMs: 10_000,
  capabilityCalls: 0,
  outputBytes: 1_000,
  logBytes: 0,
};

/** What the supervisor appends to the bundle: `globalThis.boot = …`. */
interface Boot {
  readonly addonPath: string;
  /** Missing where the supervisor has the snapshot of it, which comes as the first frame. */
  readonly guestBundle?: string;
  readonly memoryMb: number;
}

interface WaitingExecution {
  /** Takes back its wish for an isolate. */
  readonly takeBack: () => void;
  readonly deadline: NodeJS.Timeout;
}

class Runner {
  readonly #ivm: typeof ivm;
  readonly #channel: Channel;
  #store!: IsolateStore;
  readonly #programs = new Map<string, LoadedProgram>();
  /** Running, or ended with guest code still to stop. */
  readonly #executions = new Map<number, RunnerExecution>();
  /** Waiting for an isolate. */
  readonly #waiting = new Map<number, WaitingExecution>();
  readonly #memoryMb: number;
  #watch: NodeJS.Timeout | undefined;
  #isSpoiled = false;

  constructor(boot: Boot) {
    this.#memoryMb = boot.memoryMb;
    this.#ivm = loadEngine(boot.addonPath);
    this.#channel = new Channel(new Socket({ fd: CHANNEL_FD, readable: true, writable: true }), {
      maxFrameBytes: MAX_FRAME_BYTES,
      maxUnreadBytes: MAX_FRAME_BYTES,
      onFrame: (frame) => this.#handle(frame),
      onViolation: () => process.exit(1),
      onClose: () => process.exit(0),
    });
  }

  /** Makes the snapshot that isolates start from, and gives it to the supervisor for other runners. */
  makeSnapshot(guestBundle: string): void {
    const snapshot = this.#ivm.Isolate.createSnapshot([{ code: guestBundle, filename: "skerry:runtime" }]);
    this.#channel.send(FrameKind.Snapshot, 0, 0, [new Uint8Array(snapshot.copy())]);
    void this.#getReady(snapshot);
  }

  #takeSnapshot(bytes: Uint8Array): void {
    const { buffer } = new Uint8Array(bytes);
    void this.#getReady(new this.#ivm.ExternalCopy(buffer, { transferOut: true }));
  }

  /** Prepares isolates and tells the supervisor that work can come. */
  async #getReady(snapshot: ivm.ExternalCopy<ArrayBuffer>): Promise<void> {
    const entropy = (length: number): ArrayBuffer => randomFillSync(new Uint8Array(length)).buffer;
    this.#store = new IsolateStore({ ivm: this.#ivm, snapshot, entropy });
    for (let index = 0; index < REHEARSALS; index++) await this.#rehearse();
    await this.#store.prepareBlank(this.#memoryMb);
    this.#channel.send(FrameKind.Ready);
  }

  /**
   * Runs a program of our own in an isolate that is thrown away, so that no tenant's first execution pays for code
   * that has never run.
   */
  #rehearse(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#store.acquire({ program: REHEARSAL, memoryMb: this.#memoryMb, depth: 0 }, (slot) => {
      new RunnerExecution({
        ivm: this.#ivm,
        channel: { send: () => {} },
        id: 0,
        head: { ...REHEARSAL_HEAD, memoryMb: this.#memoryMb },
        program: REHEARSAL,
        context: "{}",
        input: "1",
        body: undefined,
        slot,
        startedAt: performance.now(),
        onRest: () => {
          slot.dispose();
          this.#store.release(slot);
          resolve();
        },
      }).start();
    });
    return promise;
  }

  #handle({ kind, execution, call, parts }: Frame): void {
    const text = (index: number): string => parts[index]?.toString() ?? "";
    switch (kind) {
      case FrameKind.Snapshot:
        if (parts[0]) this.#takeSnapshot(parts[0]);
        break;
      case FrameKind.Program:
        this.#programs.set(text(0), { id: text(0), fileName: text(1), code: text(2), pace: new Pace() });
        break;
      case FrameKind.Execute:
        this.#execute(execution, JSON.parse(text(0)) as StartHead, text(1), text(2), parts[3]);
        break;
      case FrameKind.Cancel:
        this.#cancel(execution);
        break;
      case FrameKind.Reply:
        this.#executions.get(execution)?.reply(call, text(0), parts[1]);
        break;
      case FrameKind.Refuse:
        this.#executions.get(execution)?.refuse(call, text(0), text(1));
        break;
      case FrameKind.Demand:
        this.#executions.get(execution)?.demand();
        break;
      case FrameKind.Ping:
        this.#channel.send(FrameKind.Pong);
        break;
    }
  }

  #execute(id: number, head: StartHead, context: string, input: string, body: Uint8Array | undefined): void {
    const program = this.#programs.get(head.program);
    if (!program) throw new Error(`program ${head.program} was never sent`);
    const startedAt = performance.now();
    let isGiven = false;
    const { memoryMb, depth } = head;
    const takeBack = this.#store.acquire({ program, memoryMb, depth }, (slot) => {
      isGiven = true;
      this.#stopWaiting(id);
      const execution = new RunnerExecution({
        ivm: this.#ivm,
        channel: this.#channel,
        id,
        head,
        program,
        context,
        input,
        body,
        slot,
        startedAt,
        onRest: (rested) => this.#rest(rested),
      });
      this.#executions.set(id, execution);
      this.#watch ??= setInterval(() => this.#check(), CHECK_EVERY_MS);
      execution.start();
    });
    if (isGiven) return;
    const { wallMs } = head;
    const deadline = setTimeout(() => {
      this.#failWaiting(
        id,
        "WALL_LIMIT",
        `the script waited for others of its tenant for all its ${wallMs} ms`,
      );
    }, wallMs);
    this.#waiting.set(id, { takeBack, deadline });
  }

  #cancel(id: number): void {
    this.#executions.get(id)?.cancel();
    this.#failWaiting(id, "CANCELLED", "the execution was cancelled before it started");
  }

  #failWaiting(id: number, code: string, message: string): void {
    if (!this.#stopWaiting(id)) return;
    const head: EndHead = { cpuMs: 0, memoryBytes: 0 };
    const failure: FailureHead = { code, message };
    this.#channel.send(FrameKind.Fail, id, 0, [JSON.stringify(head), JSON.stringify(failure)]);
  }

  #stopWaiting(id: number): boolean {
    const waiting = this.#waiting.get(id);
    waiting?.takeBack();
    clearTimeout(waiting?.deadline);
    return this.#waiting.delete(id);
  }

  #rest(execution: RunnerExecution): void {
    this.#executions.delete(execution.id);
    this.#store.release(execution.slot);
    if (this.#executions.size === 0) this.#prepareNext(execution);
  }

  /** Idle time is used to have the next realm ready. */
  #prepareNext({ slot }: RunnerExecution): void {
    if (slot.isWarm && this.#store.hasBlank) return;
    setImmediate(() => {
      if (this.#executions.size > 0) return;
      if (!slot.isWarm) void slot.prepare();
      void this.#store.prepareBlank(this.#memoryMb);
    });
  }

  #check(): void {
    if (this.#executions.size === 0) {
      clearInterval(this.#watch);
      this.#watch = undefined;
      return;
    }
    for (const execution of this.#executions.values()) {
      if (execution.check() || this.#isSpoiled) continue;
      this.#isSpoiled = true;
      this.#channel.send(FrameKind.Spoiled);
    }
  }
}

const { boot } = globalThis as unknown as { boot: Boot };
const runner = new Runner(boot);
if (boot.guestBundle !== undefined) runner.makeSnapshot(boot.guestBundle);
