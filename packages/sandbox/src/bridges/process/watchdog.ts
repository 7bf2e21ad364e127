import { Worker } from "node:worker_threads";
import { killWithInnermost } from "../../supervisor/proc.ts";
import { Bell, Verdict, WORD_COUNT, type WatchRequest, Word } from "./watch-words.ts";

/** Why a runner was killed from outside. */
export type WatchVerdict = "deadline" | "memory";

const MAX_WORD = 2 ** 31 - 1;
const VERDICTS: Readonly<Record<number, WatchVerdict>> = {
  [Verdict.Deadline]: "deadline",
  [Verdict.Memory]: "memory",
};

/** The thread of this process, while there is something to watch. */
let running: Watchdog | undefined;

/**
 * Watches a process that may not stop by itself, also while the host's own thread waits for it and can do nothing:
 * the watching is done by a thread, which all bridges of this process share.
 *
 * @param program Text of `watchdog-thread.ts` as CommonJS.
 * @param memoryCapMb Resident memory in MiB that the process may hold while a turn is open.
 */
export function watchProcess(program: string, pid: number, memoryCapMb: number): Watch {
  running ??= new Watchdog(program);
  return running.watch(pid, memoryCapMb);
}

/** The watching of one process. Between turns it may do what it likes. */
export class Watch {
  readonly #words: Int32Array;
  readonly #wake: () => void;
  readonly #end: () => Promise<void>;

  constructor(words: Int32Array, wake: () => void, end: () => Promise<void>) {
    this.#words = words;
    this.#wake = wake;
    this.#end = end;
  }

  /** A turn begins: the process is killed when the turn lasts longer than this, or when it takes too much memory. */
  beginTurn(limitMs: number): void {
    Atomics.store(this.#words, Word.LimitMs, Math.min(limitMs, MAX_WORD));
    Atomics.add(this.#words, Word.Turn, 1);
    this.#wake();
  }

  endTurn(): void {
    Atomics.add(this.#words, Word.Turn, 1);
  }

  /** Why it was killed. Set before it dies. */
  get verdict(): WatchVerdict | undefined {
    return VERDICTS[Atomics.load(this.#words, Word.Verdict)];
  }

  /** Resolves when the thread is gone, if this was the last watch. Idempotent. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#end();
  }
}

class Watchdog {
  readonly #bell = createWords(1);
  readonly #worker: Worker;
  readonly #exited: Promise<void>;
  readonly #pids = new Map<number, number>();
  #lastId = 0;

  constructor(program: string) {
    this.#worker = new Worker(program, { eval: true, workerData: this.#bell, execArgv: [], env: {} });
    this.#worker.unref();
    this.#worker.on("error", () => {});
    this.#exited = new Promise((resolve) => {
      this.#worker.once("exit", () => {
        this.#abandon();
        resolve();
      });
    });
  }

  watch(pid: number, memoryCapMb: number): Watch {
    const id = ++this.#lastId;
    const words = createWords(WORD_COUNT);
    this.#pids.set(id, pid);
    this.#request({ id, pid, words, memoryCapMb });
    return new Watch(
      words,
      () => this.#ring(),
      () => this.#forget(id),
    );
  }

  #ring(): void {
    if (Atomics.compareExchange(this.#bell, 0, Bell.Asleep, Bell.Awake) !== Bell.Asleep) return;
    Atomics.notify(this.#bell, 0);
  }

  async #forget(id: number): Promise<void> {
    this.#pids.delete(id);
    this.#request({ id });
    if (this.#pids.size > 0) return;
    if (running === this) running = undefined;
    this.#worker.ref();
    Atomics.store(this.#bell, 0, Bell.Stop);
    Atomics.notify(this.#bell, 0);
    await this.#exited;
  }

  #request(request: WatchRequest): void {
    this.#worker.postMessage(request, []);
  }

  /** What nobody watches any more must not live on. */
  #abandon(): void {
    if (running === this) running = undefined;
    for (const pid of this.#pids.values()) killWithInnermost(pid);
  }
}

/** Words that threads share. */
function createWords(count: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(count * Int32Array.BYTES_PER_ELEMENT));
}
