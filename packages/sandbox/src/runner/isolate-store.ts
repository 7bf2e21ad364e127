import { IsolateSlot, type LoadedProgram, type SlotOptions } from "./isolate-slot.ts";

/** How long an execution waits for a busy isolate of its program before another one is made. */
const PATIENCE_MS = 3;
/** Isolates per runner, busy and idle together, as long as nobody waits for its executions. */
const MAX_ISOLATES = 16;
/** How many may be busy at each depth; further down it is one. Together they fit into a runner's address space. */
const ISOLATES_BY_DEPTH: readonly number[] = [MAX_ISOLATES, 8];
/** What idle isolates may hold together, garbage included; beyond it the longest idle ones go. */
const MAX_IDLE_BYTES = 64 * 1024 * 1024;

/** What is to run, as far as it says which isolate. */
export interface SlotWish {
  readonly program: LoadedProgram;
  readonly memoryMb: number;
  readonly depth: number;
}

interface Waiting {
  readonly wish: SlotWish;
  readonly give: (slot: IsolateSlot) => void;
  /** It has waited long enough to be worth an isolate of its own. */
  isImpatient: boolean;
}

/**
 * The isolates of one runner. Idle ones are reused for the same program and memory limit; a blank one is kept
 * ready for a program that was never seen. Executions of a busy program wait a moment for its isolate, because
 * most are over sooner than another isolate is made.
 */
export class IsolateStore {
  readonly #options: Omit<SlotOptions, "memoryMb">;
  /** With the bytes that each holds; the longest idle one first. */
  readonly #idle = new Map<IsolateSlot, number>();
  /** With the depth of the execution that each runs. */
  readonly #busy = new Map<IsolateSlot, number>();
  readonly #waiting = new Set<Waiting>();
  #blank: IsolateSlot | undefined;

  constructor(options: Omit<SlotOptions, "memoryMb">) {
    this.#options = options;
  }

  /** A blank isolate is kept ready. */
  get hasBlank(): boolean {
    return this.#blank !== undefined;
  }

  /** Makes a blank isolate with a prepared realm ahead of its need. */
  prepareBlank(memoryMb: number): Promise<void> {
    this.#blank ??= new IsolateSlot({ ...this.#options, memoryMb });
    return this.#blank.prepare();
  }

  /**
   * Calls `give` with a slot for the program: at once if one is free or may be made, else when one is.
   *
   * @returns Takes the wish back while it waits.
   */
  acquire(wish: SlotWish, give: (slot: IsolateSlot) => void): () => void {
    const isProgramBusy = this.#busy.keys().some((slot) => slot.program?.id === wish.program.id);
    const waiting: Waiting = { wish, give, isImpatient: !isProgramBusy };
    if (this.#serve(waiting)) return () => {};
    this.#waiting.add(waiting);
    setTimeout(() => {
      waiting.isImpatient = true;
      if (this.#waiting.has(waiting)) this.#serve(waiting);
    }, PATIENCE_MS);
    return () => void this.#waiting.delete(waiting);
  }

  /** Takes back a slot that has come to rest; a disposed one makes room. */
  release(slot: IsolateSlot): void {
    this.#busy.delete(slot);
    if (!slot.isolate.isDisposed) this.#idle.set(slot, slot.memoryBytes());
    for (const waiting of this.#waiting) this.#serve(waiting);
    this.#trimIdle();
  }

  #trimIdle(): void {
    let heldBytes = 0;
    for (const bytes of this.#idle.values()) heldBytes += bytes;
    for (const [slot, bytes] of this.#idle) {
      // The last one used is kept, however large: it is the likeliest to be used again.
      if (heldBytes <= MAX_IDLE_BYTES || this.#idle.size === 1) return;
      this.#discard(slot);
      heldBytes -= bytes;
    }
  }

  #discard(slot: IsolateSlot): void {
    this.#idle.delete(slot);
    slot.dispose();
  }

  #serve(waiting: Waiting): boolean {
    const { wish } = waiting;
    const slot = this.#takeIdle(wish) ?? (waiting.isImpatient ? this.#make(wish) : undefined);
    if (!slot) return false;
    this.#waiting.delete(waiting);
    slot.program = wish.program;
    this.#busy.set(slot, wish.depth);
    waiting.give(slot);
    return true;
  }

  #takeIdle({ program, memoryMb }: SlotWish): IsolateSlot | undefined {
    // The one used last: V8 has optimised it most, and its memory is still in the processor's cache.
    const slot = [...this.#idle.keys()].findLast(
      (idle) => idle.program?.id === program.id && idle.memoryMb === memoryMb,
    );
    if (slot) this.#idle.delete(slot);
    return slot;
  }

  #make({ memoryMb, depth }: SlotWish): IsolateSlot | undefined {
    const busy = this.#busy.values().reduce((sum, each) => sum + (each === depth ? 1 : 0), 0);
    if (busy >= (ISOLATES_BY_DEPTH[depth] ?? 1)) return undefined;
    const [oldest] = this.#idle.keys();
    if (oldest && this.#busy.size + this.#idle.size >= MAX_ISOLATES) this.#discard(oldest);
    const blank = this.#blank;
    if (blank?.memoryMb !== memoryMb) return new IsolateSlot({ ...this.#options, memoryMb });
    this.#blank = undefined;
    return blank;
  }
}
