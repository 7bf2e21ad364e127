import {
  type QuickJSWASMModule,
  newQuickJSWASMModuleFromVariant,
  newVariant,
} from "quickjs-emscripten-core";
import variant from "@jitl/quickjs-ng-wasmfile-release-sync";
import { METER_IMPORT, STATE_EXPORT_PREFIX } from "./wasm-meter.ts";

const PAGE_BYTES = 65_536;
const PAGES_PER_MB = 16;
/** What the module asks for at least. */
const INITIAL_PAGES = 256;
/** Stack and static data of the engine, which lie in the same memory as the heap. */
const ENGINE_MB = 6;
/** Loop turns and function entries between two looks at the clock: some tens of microseconds. */
const RATION = 20_000;

/** State of an instance at one moment. */
interface Checkpoint {
  /** Pages that were not empty, by number. */
  readonly pages: ReadonlyMap<number, Uint8Array>;
  readonly globals: ReadonlyMap<WebAssembly.Global, unknown>;
}

/**
 * One QuickJS engine with a memory of its own, which cannot outgrow its limit and whose work can be stopped anywhere,
 * in the middle of a native loop too.
 *
 * The engine's own memory limit does not count everything, and its interrupt handler is not asked in native loops
 * (`normalize`, `indexOf`, big integers). So the limit is the maximum of the WebAssembly memory, and the module is
 * metered ({@link meterModule}).
 */
export class QuickJsInstance {
  readonly quickJs: QuickJSWASMModule;
  /** When metered work is stopped, on the clock of `performance.now()`: the call into the module throws. */
  stopAt = Infinity;

  readonly #memory: WebAssembly.Memory;
  readonly #globals: readonly WebAssembly.Global[];
  #checkpoint: Checkpoint = { pages: new Map(), globals: new Map() };
  #isExhausted = false;

  /** @param module A metered build of QuickJS. */
  static async create(module: WebAssembly.Module, memoryLimitMb: number): Promise<QuickJsInstance> {
    const memory = new WebAssembly.Memory({
      initial: INITIAL_PAGES,
      maximum: Math.max(INITIAL_PAGES, Math.ceil((memoryLimitMb + ENGINE_MB) * PAGES_PER_MB)),
    });
    const refill = { current: () => RATION };
    let exports: WebAssembly.Exports = {};
    const quickJs = await newQuickJSWASMModuleFromVariant(
      newVariant(variant, {
        wasmMemory: memory,
        emscriptenModule: {
          // The engine has nothing to say on the host's console.
          print() {},
          printErr() {},
          instantiateWasm(imports, receive) {
            const meter = { [METER_IMPORT.name]: () => refill.current() };
            const instance = new WebAssembly.Instance(module, { ...imports, [METER_IMPORT.module]: meter });
            exports = instance.exports;
            receive(instance);
            return exports;
          },
        },
      }),
    );
    return new QuickJsInstance(quickJs, memory, exports, refill);
  }

  private constructor(
    quickJs: QuickJSWASMModule,
    memory: WebAssembly.Memory,
    exports: WebAssembly.Exports,
    refill: { current: () => number },
  ) {
    this.quickJs = quickJs;
    this.#memory = memory;
    this.#globals = Object.entries(exports)
      .filter(([name]) => name.startsWith(STATE_EXPORT_PREFIX))
      .map(([, exported]) => exported as WebAssembly.Global);
    refill.current = () => {
      if (performance.now() >= this.stopAt) throw new Error("stopped by the meter");
      return RATION;
    };
    this.#watchGrowth();
  }

  /** Whether the memory wanted to grow beyond its maximum since the last checkpoint or restore. */
  get isExhausted(): boolean {
    return this.#isExhausted;
  }

  /** Remembers the present state, which {@link restore} puts back. */
  checkpoint(): void {
    const pages = new Map<number, Uint8Array>();
    const bytes = new Uint8Array(this.#memory.buffer);
    for (let page = 0; page * PAGE_BYTES < bytes.length; page++) {
      const content = bytes.subarray(page * PAGE_BYTES, (page + 1) * PAGE_BYTES);
      if (!isEmpty(content)) pages.set(page, content.slice());
    }
    const globals = new Map(this.#globals.map((global) => [global, global.value as unknown]));
    this.#checkpoint = { pages, globals };
  }

  /**
   * Puts back every byte as it was at the checkpoint, after which nothing is left of what ran since. Handles made since
   * must not be used again, and not be disposed of either.
   */
  restore(): void {
    const bytes = new Uint8Array(this.#memory.buffer);
    bytes.fill(0);
    for (const [page, content] of this.#checkpoint.pages) bytes.set(content, page * PAGE_BYTES);
    for (const [global, value] of this.#checkpoint.globals) global.value = value;
    this.#isExhausted = false;
  }

  /** Emscripten grows the memory by this method and tells no one when it fails. */
  #watchGrowth(): void {
    const memory = this.#memory;
    const grow = memory.grow.bind(memory);
    memory.grow = (pages) => {
      this.#isExhausted = true;
      const before = grow(pages);
      this.#isExhausted = false;
      return before;
    };
  }
}

function isEmpty(page: Uint8Array): boolean {
  const words = new Int32Array(page.buffer, page.byteOffset, page.byteLength / Int32Array.BYTES_PER_ELEMENT);
  for (let index = 0; index < words.length; index++) if (words[index] !== 0) return false;
  return true;
}
