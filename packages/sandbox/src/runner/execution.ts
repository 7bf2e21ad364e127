import type ivm from "isolated-vm";
import { Delivery, Emission } from "../guest/link.ts";
import type { Channel } from "../protocol/channel.ts";
import { FrameKind } from "../protocol/frame.ts";
import type { EndHead, FailureHead, StartHead } from "../protocol/messages.ts";
import { type IsolateSlot, type LoadedProgram, type Realm, releaseRealm } from "./isolate-slot.ts";
import { presentCpuMs, recentCpuMs } from "./process-clock.ts";

const NANOSECONDS_PER_MS = 1e6;
/** So little is not worth asking the system whether it was even less. */
const SMALL_CPU_MS = 1;
/** How long guest code may run on behind its result before its isolate is disposed. */
const AFTERMATH_MS = 50;
/** How long a disposed isolate may take to stop. */
const STOP_MS = 300;
const MAX_MESSAGE_CHARS = 8_193;
const MAX_STACK_CHARS = 16_385;
/** How long a guest may take to hear that nobody takes the rest of its output. */
const CANCEL_GRACE_MS = 500;
/** Wall time that a turn on the main thread may take per CPU time that is left, on a busy machine. */
const INLINE_ROOM = 2;
/** A turn that may last longer has its own thread: a runner that gives no sign of life for 5 s is taken for lost. */
const MAX_INLINE_MS = 3_000;
const CANCELLED = "the execution was cancelled";
/** What isolated-vm says when its timer ended a call. */
const ENGINE_TIMEOUT = "Script execution timed out.";

/** Arguments of the kernel's `deliver`: what it is, and up to four values. */
type Message = readonly [kind: number, ...values: unknown[]];

export interface RunnerExecutionOptions {
  readonly ivm: typeof ivm;
  /** Where its messages go. */
  readonly channel: Pick<Channel, "send">;
  readonly id: number;
  readonly head: StartHead;
  readonly program: LoadedProgram;
  readonly context: string;
  readonly input: string;
  readonly body: Uint8Array | undefined;
  readonly slot: IsolateSlot;
  /** When it came, by `performance.now()`: waiting for the slot counts as wall time. */
  readonly startedAt: number;
  /** It has ended and no guest code of it runs any more. */
  readonly onRest: (execution: RunnerExecution) => void;
}

/** One execution in its isolate: starts the program, carries messages, holds the limits, tells the end once. */
export class RunnerExecution {
  readonly id: number;
  readonly slot: IsolateSlot;
  readonly #options: RunnerExecutionOptions;
  readonly #startedAt: number;
  readonly #cpuAtStart: bigint;
  readonly #processCpuMsAtStart = recentCpuMs();
  readonly #timers = new Map<number, NodeJS.Timeout>();
  readonly #openCalls = new Set<number>();
  /** Its output comes in chunks. */
  #isStreaming = false;
  /** The next chunk is to wait until it is asked for. */
  #isHeld = false;
  #cancelledAt = Infinity;
  #realm: Realm | undefined;
  #turns = 0;
  #keepRealm = false;
  #cpuUsedMs = 0;
  /** Set once, when it is known how the execution ended. */
  #end:
    | { kind: typeof FrameKind.Complete | typeof FrameKind.Fail; parts: Array<string | Uint8Array> }
    | undefined;
  #isTold = false;
  #endedAt = 0;

  constructor(options: RunnerExecutionOptions) {
    this.#options = options;
    this.id = options.id;
    this.slot = options.slot;
    this.#startedAt = options.startedAt;
    this.#cpuAtStart = options.slot.isolate.cpuTime;
    options.slot.onCatastrophe = () => this.fail("MEMORY_LIMIT", this.#memoryMessage());
  }

  /** Starts the program: at once in a warm realm of a quick program, else on the isolate's own thread. */
  start(): void {
    const { slot, program, head } = this.#options;
    const isQuick = program.pace.isQuick && this.#longestTurnMs() <= MAX_INLINE_MS;
    const warm = head.reuseContext && isQuick ? slot.takeWarm() : undefined;
    if (warm) {
      this.#realm = this.#listenTo(warm);
      this.#turnInline(...this.#startMessage(warm));
    } else {
      void this.#turnOnThread(async () => {
        const realm = await slot.takeRealm(program, head.reuseContext);
        if (this.#end) return;
        this.#realm = this.#listenTo(realm);
        await this.#deliver(...this.#startMessage(realm));
      });
    }
  }

  #startMessage(realm: Realm): Message {
    const { head, context, input, body } = this.#options;
    const { entry, capabilityCalls, outputBytes, logBytes } = head;
    const start = JSON.stringify({ entry, limits: { capabilityCalls, outputBytes, logBytes } });
    return [Delivery.Start, start, input, body, realm.exports?.derefInto(), context];
  }

  #listenTo(realm: Realm): Realm {
    realm.listener = (...emission) => this.#hear(...emission);
    return realm;
  }

  reply(call: number, json: string, body: Uint8Array | undefined): void {
    if (this.#openCalls.delete(call)) this.#turn(Delivery.Reply, call, json, body);
  }

  refuse(call: number, code: string, message: string): void {
    if (this.#openCalls.delete(call)) this.#turn(Delivery.Refuse, call, code, message);
  }

  /** The next chunk may come. */
  demand(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#turn(Delivery.Demand);
  }

  /** Ends the execution; a guest whose output is being taken is told before. */
  cancel(): void {
    if (!this.#isStreaming || this.#cancelledAt < Infinity) return this.#failAsCancelled();
    this.#cancelledAt = performance.now();
    this.#isHeld = false;
    this.#turn(Delivery.CancelStream);
  }

  #failAsCancelled(): void {
    this.fail("CANCELLED", CANCELLED);
  }

  /**
   * Holds the limits; called every few milliseconds until the slot rests.
   *
   * @returns False when the isolate cannot be stopped: its thread runs on although it was disposed.
   */
  check(): boolean {
    const now = performance.now();
    if (this.#end) {
      // The caller has not to wait for what the guest left running behind its result.
      this.#tell(null);
      if (now - this.#endedAt > AFTERMATH_MS) this.slot.dispose();
      return now - this.#endedAt < AFTERMATH_MS + STOP_MS;
    }
    this.#sampleCpu();
    if (this.#cpuUsedMs > this.#options.head.cpuMs) this.#failOnCpu();
    else if (now - this.#startedAt > this.#options.head.wallMs) this.#failOnWall();
    else if (now - this.#cancelledAt > CANCEL_GRACE_MS) this.#failAsCancelled();
    return true;
  }

  /** The engine's timer ended a turn, whose room was bounded by both limits. */
  #failOnTime(): void {
    this.#sampleCpu();
    if (performance.now() - this.#startedAt > this.#options.head.wallMs) this.#failOnWall();
    else this.#failOnCpu();
  }

  #failOnCpu(): void {
    const { cpuMs } = this.#options.head;
    const used = this.#cpuUsedMs.toFixed(0);
    this.fail("CPU_LIMIT", `the script used ${used} ms of CPU time, its limit cpuMs is ${cpuMs} ms`);
  }

  #failOnWall(): void {
    const { wallMs } = this.#options.head;
    const used = (performance.now() - this.#startedAt).toFixed(0);
    this.fail("WALL_LIMIT", `the script ran for ${used} ms, its limit wallMs is ${wallMs} ms`);
  }

  /** Ends the execution from outside; whatever the guest is doing is stopped with its isolate. */
  fail(code: string, message: string, stack?: string): void {
    this.#finish(FrameKind.Fail, [failure(code, message, stack)]);
    this.#tell(null);
    this.slot.dispose();
    // Without a turn under way nothing else would bring it to rest.
    this.#rest();
  }

  #hear(kind: number, a?: string | number, b?: string, c?: string | Uint8Array): void {
    if (this.#end) return;
    const { channel } = this.#options;
    switch (kind) {
      case Emission.Log:
        channel.send(FrameKind.Log, this.id, 0, [a as string]);
        break;
      case Emission.Call: {
        const [name, json] = splitOnce(b ?? "", "\0");
        this.#openCalls.add(a as number);
        channel.send(FrameKind.Call, this.id, a as number, [name, json, ...(c ? [c as Uint8Array] : [])]);
        break;
      }
      case Emission.SetTimer:
        this.#setTimer(a as number, Number(b));
        break;
      case Emission.ClearTimer:
        clearTimeout(this.#timers.get(a as number));
        this.#timers.delete(a as number);
        break;
      case Emission.Stream:
        this.#isStreaming = true;
        this.#isHeld = true;
        channel.send(FrameKind.Stream, this.id, 0, [a as string]);
        break;
      case Emission.Chunk:
        this.#isHeld = true;
        channel.send(FrameKind.Chunk, this.id, 0, [c as Uint8Array]);
        break;
      case Emission.Complete:
        this.#keepRealm = this.#options.head.reuseContext && b === "clean";
        this.#finish(FrameKind.Complete, [a as string, ...(c === undefined ? [] : [c])]);
        break;
      case Emission.Fail:
        this.#finish(FrameKind.Fail, [failure(a as string, b ?? "", c as string)]);
        break;
    }
  }

  #setTimer(id: number, delayMs: number): void {
    const timer = setTimeout(() => {
      this.#timers.delete(id);
      this.#turn(Delivery.FireTimer, id);
    }, delayMs);
    this.#timers.set(id, timer);
  }

  /** Lets guest code run for one turn: until its microtasks are drained. */
  #turn(...message: Message): void {
    if (this.#end) return;
    const isQuick = this.#options.program.pace.isQuick && this.#longestTurnMs() <= MAX_INLINE_MS;
    if (this.#turns === 0 && isQuick) this.#turnInline(...message);
    else void this.#turnOnThread(() => this.#deliver(...message));
  }

  async #turnOnThread(run: () => Promise<void>): Promise<void> {
    this.#turns++;
    const before = this.#cpuUsedMs;
    try {
      await run();
    } catch (error) {
      this.#failByEngine(error);
    }
    this.#turns--;
    this.#sampleCpu();
    this.#options.program.pace.record(this.#cpuUsedMs - before);
    this.#rest();
  }

  /**
   * Runs a turn on the runner's main thread. Nothing else happens in the runner meanwhile, so the engine's own
   * timer must end it; that one counts wall time, hence the room above what is left of the CPU time.
   */
  #turnInline(kind: number, ...args: unknown[]): void {
    const { program } = this.#options;
    const startedAt = performance.now();
    this.#turns++;
    try {
      const timeout = Math.max(1, Math.ceil(this.#longestTurnMs()));
      this.#realm?.deliver.applySync(undefined, [kind, true, ...this.#toGuest(args)], { timeout });
    } catch (error) {
      if (error instanceof Error && error.message === ENGINE_TIMEOUT) this.#failOnTime();
      else this.#failByEngine(error);
    }
    this.#turns--;
    program.pace.record(performance.now() - startedAt);
    this.#rest();
  }

  /** How long a turn on the main thread could last until its limits end it. */
  #longestTurnMs(): number {
    const { cpuMs, wallMs } = this.#options.head;
    const wallLeftMs = wallMs - (performance.now() - this.#startedAt);
    return Math.min((cpuMs - this.#cpuUsedMs) * INLINE_ROOM, wallLeftMs);
  }

  async #deliver(kind: number, ...args: unknown[]): Promise<void> {
    await this.#realm?.deliver.apply(undefined, [kind, false, ...this.#toGuest(args)]);
  }

  #toGuest(args: unknown[]): string[] {
    const { ivm } = this.#options;
    return args.map((value) =>
      value instanceof Uint8Array ? new ivm.ExternalCopy(value).copyInto({ release: true }) : value,
    ) as string[];
  }

  /** After a turn: either the execution goes on by itself, or it has ended, or nothing can ever wake it. */
  #rest(): void {
    if (this.#turns > 0) return;
    if (!this.#end && (this.#openCalls.size > 0 || this.#timers.size > 0 || this.#isHeld)) return;
    this.#finish(FrameKind.Fail, [
      this.#cancelledAt < Infinity
        ? failure("CANCELLED", CANCELLED)
        : failure(
            "NEVER_SETTLED",
            "the script waits for a promise that nothing can settle: no call and no timer is open",
          ),
    ]);
    const { slot, onRest } = this.#options;
    if (slot.isolate.isDisposed) {
      this.#tell(null);
    } else {
      this.#tell(slot.memoryBytes());
      this.#retireRealm();
    }
    slot.onCatastrophe = undefined;
    onRest(this);
  }

  #retireRealm(): void {
    if (!this.#realm) return;
    this.#realm.listener = undefined;
    if (this.#keepRealm) this.slot.keepWarm(this.#realm);
    else releaseRealm(this.#realm);
  }

  /** isolated-vm rejected: compile error, out of memory, disposed by us, or the program's own top level threw. */
  #failByEngine(thrown: unknown): void {
    if (this.#end) return;
    if (this.slot.isolate.isDisposed) return this.fail("MEMORY_LIMIT", this.#memoryMessage());
    // A program's top level can throw a primitive, which arrives here as it is.
    const error = thrown instanceof Error ? thrown : new Error(`Thrown: ${String(thrown)}`);
    const code = error instanceof SyntaxError ? "SCRIPT_INVALID" : "SCRIPT_ERROR";
    this.fail(code, error.message, error.stack);
  }

  /** Fixes how it ended; the first to say so wins. */
  #finish(kind: typeof FrameKind.Complete | typeof FrameKind.Fail, parts: Array<string | Uint8Array>): void {
    if (this.#end) return;
    this.#sampleCpu();
    this.#end = { kind, parts };
    this.#endedAt = performance.now();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  /** Sends the end to the supervisor, once: when the slot rests (its memory is known then), or at the next check. */
  #tell(memoryBytes: number | null): void {
    if (!this.#end || this.#isTold) return;
    this.#isTold = true;
    const head: EndHead = { cpuMs: this.#cpuUsedMs, memoryBytes };
    this.#options.channel.send(this.#end.kind, this.id, 0, [JSON.stringify(head), ...this.#end.parts]);
  }

  #sampleCpu(): void {
    const { isolate } = this.slot;
    if (isolate.isDisposed) return;
    const isolateMs = Number(isolate.cpuTime - this.#cpuAtStart) / NANOSECONDS_PER_MS;
    // The engine's count goes on while the thread waits for a processor; the process has used no less than the guest.
    this.#cpuUsedMs =
      isolateMs < SMALL_CPU_MS ? isolateMs : Math.min(isolateMs, presentCpuMs() - this.#processCpuMsAtStart);
  }

  #memoryMessage(): string {
    return `the script used more memory than it may, its limit memoryMb is ${this.#options.head.memoryMb} MB`;
  }
}

/** The kernel cuts what the guest throws; what the engine reports of a program's top level is cut here. */
function failure(code: string, message: string, stack?: string): string {
  const head: FailureHead = {
    code,
    message: message.slice(0, MAX_MESSAGE_CHARS),
    ...(stack ? { stack: stack.slice(0, MAX_STACK_CHARS) } : {}),
  };
  return JSON.stringify(head);
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return [text.slice(0, at), text.slice(at + separator.length)];
}
