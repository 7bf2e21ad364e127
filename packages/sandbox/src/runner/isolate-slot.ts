import type ivm from "isolated-vm";
import type { Pace } from "./pace.ts";

/** Asking V8 takes as long as a short execution. */
const MEASURE_EVERY_MS = 50;

const WRAPPER = "(()=>{";

/** The kernel's `deliver` of one context. */
type Deliver = ivm.Reference<(...args: unknown[]) => void>;

/** One context: a realm of its own, with the kernel attached. */
export interface Realm {
  readonly context: ivm.Context;
  readonly deliver: Deliver;
  /** The program's exports once it has run here. */
  exports: ivm.Reference<object> | undefined;
  /** Hears what the kernel emits; cleared when an execution ends, so that late emissions go nowhere. */
  listener: EmissionListener | undefined;
}

/** Receives what the kernel of a slot's current realm emits. */
export type EmissionListener = (
  kind: number,
  a?: string | number,
  b?: string,
  c?: string | Uint8Array,
) => void;

/** A program as the supervisor sent it. */
export interface LoadedProgram {
  readonly id: string;
  readonly fileName: string;
  readonly code: string;
  readonly pace: Pace;
}

export interface SlotOptions {
  readonly ivm: typeof ivm;
  readonly snapshot: ivm.ExternalCopy<ArrayBuffer>;
  readonly memoryMb: number;
  readonly entropy: (length: number) => ArrayBuffer;
}

/**
 * One isolate with its compiled program and its realms. It serves one execution at a time and, once it has run
 * a program, only that program.
 */
export class IsolateSlot {
  readonly memoryMb: number;
  readonly isolate: ivm.Isolate;
  program: LoadedProgram | undefined;
  /** V8 gave up on this isolate; its thread never comes back. */
  onCatastrophe: (() => void) | undefined;
  readonly #options: SlotOptions;
  #script: ivm.Script | undefined;
  #warm: Realm | undefined;
  #prepared: Promise<Realm> | undefined;
  #memoryBytes = 0;
  #measuredAt = -Infinity;

  constructor(options: SlotOptions) {
    this.#options = options;
    this.memoryMb = options.memoryMb;
    this.isolate = new options.ivm.Isolate({
      memoryLimit: options.memoryMb,
      snapshot: options.snapshot,
      onCatastrophicError: () => this.onCatastrophe?.(),
    });
  }

  /** Makes the next fresh realm ahead of its need. Never rejects: whoever takes the realm gets the failure. */
  async prepare(): Promise<void> {
    if (this.isolate.isDisposed) return;
    this.#prepared ??= this.#createRealm();
    await this.#prepared.catch(() => {});
  }

  /** The realm that was kept, if any. */
  takeWarm(): Realm | undefined {
    const warm = this.#warm;
    this.#warm = undefined;
    return warm;
  }

  /** A realm in which the program has run: the warm one, or one that never ran anything. */
  async takeRealm(program: LoadedProgram, reuse: boolean): Promise<Realm> {
    const warm = this.takeWarm();
    if (warm && reuse) return warm;
    if (warm) releaseRealm(warm);
    // Wrapped so that nothing becomes a global, and so that the program keeps its lines and columns.
    this.#script ??= await this.isolate.compileScript(`${WRAPPER}${program.code}\nreturn program})()`, {
      filename: program.fileName,
      columnOffset: -WRAPPER.length,
    });
    const realm = await (this.#prepared ?? this.#createRealm());
    this.#prepared = undefined;
    realm.exports = (await this.#script.run(realm.context, { reference: true })) as ivm.Reference<object>;
    return realm;
  }

  /** A realm waits for the next execution of the same program. */
  get isWarm(): boolean {
    return this.#warm !== undefined;
  }

  /** Keeps a realm for the next execution of the same program. */
  keepWarm(realm: Realm): void {
    this.#warm = realm;
  }

  /** Heap and buffers held, in bytes, as of the last 50 ms. Only while no guest code runs. */
  memoryBytes(): number {
    const now = performance.now();
    if (now - this.#measuredAt > MEASURE_EVERY_MS) {
      this.#measuredAt = now;
      const heap = this.isolate.getHeapStatisticsSync();
      this.#memoryBytes = heap.total_heap_size + heap.externally_allocated_size;
    }
    return this.#memoryBytes;
  }

  dispose(): void {
    if (!this.isolate.isDisposed) this.isolate.dispose();
  }

  async #createRealm(): Promise<Realm> {
    const { ivm, entropy } = this.#options;
    const context = await this.isolate.createContext();
    const hear = (...emission: Parameters<EmissionListener>): void => realm.listener?.(...emission);
    const deliver = (await context.evalClosure(
      "const attach = __attach; delete globalThis.__attach; return attach($0, $1, $2)",
      [
        new ivm.Callback(hear, { ignored: true }),
        new ivm.Callback(hear, { sync: true }),
        new ivm.Callback(entropy, { sync: true }),
      ],
      { result: { reference: true } },
    )) as Deliver;
    const realm: Realm = { context, deliver, exports: undefined, listener: undefined };
    return realm;
  }
}

/** Lets go of everything of a realm, so that V8 can collect it. */
export function releaseRealm({ context, deliver, exports }: Realm): void {
  exports?.release();
  deliver.release();
  context.release();
}
