import {
  type EmscriptenModuleLoaderOptions,
  type QuickJSSyncVariant,
  type QuickJSWASMModule,
  newQuickJSWASMModuleFromVariant,
} from "quickjs-emscripten-core";
import build from "@jitl/quickjs-ng-wasmfile-release-sync";
import { BoundedMemory, type MemoryImage } from "./bounded-memory.ts";
import { METER_IMPORT, RATION_EXPORT, STATE_EXPORT_PREFIX } from "./wasm-meter.ts";

/** The package's types describe its CommonJS file, in which the build is one level deeper. */
const BUILD = build as unknown as QuickJSSyncVariant;

/** What the module asks for at least. */
const INITIAL_MB = 16;
/** Stack and static data of the engine, which lie in the same memory as the heap. */
const ENGINE_MB = 6;
/** Loop turns and function entries between two looks at the clock: some tens of microseconds. */
const RATION = 20_000;
/** A text in the heap: as UTF-8, then as QuickJS has it, which may take two bytes for each of UTF-8; and some change. */
const TEXT_FACTOR = 3;
const TEXT_SLACK_BYTES = 1_024;

/** What Emscripten takes; its types leave out where it prints. */
type LoaderOptions = EmscriptenModuleLoaderOptions & { print(): void; printErr(): void };
type EmscriptenModule = ConstructorParameters<Awaited<ReturnType<QuickJSSyncVariant["importFFI"]>>>[0];

/** State of an instance at one moment. */
interface Checkpoint {
  readonly memory: MemoryImage;
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

  readonly #emscripten: EmscriptenModule;
  readonly #memory: BoundedMemory;
  readonly #globals: readonly WebAssembly.Global[];
  readonly #ration: WebAssembly.Global;
  #checkpoint: Checkpoint = { memory: new Map(), globals: new Map() };

  /** @param module A metered build of QuickJS. */
  static async create(module: WebAssembly.Module, memoryLimitMb: number): Promise<QuickJsInstance> {
    const memory = new BoundedMemory(INITIAL_MB, memoryLimitMb + ENGINE_MB);
    const refill = { current: () => RATION };
    const meter = { [METER_IMPORT.name]: () => refill.current() };
    let exports: WebAssembly.Exports = {};
    const { quickJs, emscripten } = await load({
      wasmMemory: memory.memory,
      // The engine has nothing to say on the host's console.
      print() {},
      printErr() {},
      instantiateWasm(imports, receive) {
        const instance = new WebAssembly.Instance(module, { ...imports, [METER_IMPORT.module]: meter });
        exports = instance.exports;
        receive(instance);
        return exports;
      },
    });
    const created = new QuickJsInstance(quickJs, emscripten, memory, exports);
    refill.current = () => created.#refill();
    return created;
  }

  private constructor(
    quickJs: QuickJSWASMModule,
    emscripten: EmscriptenModule,
    memory: BoundedMemory,
    exports: WebAssembly.Exports,
  ) {
    this.quickJs = quickJs;
    this.#emscripten = emscripten;
    this.#memory = memory;
    this.#globals = Object.keys(exports)
      .filter((name) => name.startsWith(STATE_EXPORT_PREFIX))
      .map((name) => exports[name] as WebAssembly.Global);
    this.#ration = exports[RATION_EXPORT] as WebAssembly.Global;
  }

  /** Whether more memory was wanted than there may be, since the start or the last {@link restore}. */
  get isExhausted(): boolean {
    return this.#memory.isExhausted;
  }

  /** Size of the engine's memory, free parts included, in MiB. */
  memoryMb(): number {
    return this.#memory.memory.buffer.byteLength / 2 ** 20;
  }

  /** Whether a text can be given to the engine, which does not look whether it gets the memory for it. */
  hasRoomFor(text: string): boolean {
    const pointer = this.#emscripten._malloc(text.length * TEXT_FACTOR + TEXT_SLACK_BYTES);
    if (pointer !== 0) this.#emscripten._free(pointer);
    return pointer !== 0;
  }

  /**
   * Does what a function of the host does inside the engine, and is not stopped in it: the exception would be taken
   * for one of the host function.
   */
  unstopped<Result>(work: () => Result): Result {
    const { stopAt } = this;
    this.stopAt = Infinity;
    try {
      return work();
    } finally {
      this.stopAt = stopAt;
      // Enough for the way back into the engine.
      this.#ration.value = RATION;
    }
  }

  /** Remembers the present state, which {@link restore} puts back. */
  checkpoint(): void {
    const globals = new Map(this.#globals.map((global) => [global, global.value]));
    this.#checkpoint = { memory: this.#memory.capture(), globals };
  }

  /**
   * Puts back every byte as it was at the checkpoint, after which nothing is left of what ran since. Handles made since
   * must not be used again, and not be disposed of either.
   */
  restore(): void {
    this.#memory.restore(this.#checkpoint.memory);
    for (const [global, value] of this.#checkpoint.globals) global.value = value;
  }

  #refill(): number {
    if (performance.now() >= this.stopAt) throw new Error("stopped by the meter");
    return RATION;
  }
}

async function load(
  options: LoaderOptions,
): Promise<{ readonly quickJs: QuickJSWASMModule; readonly emscripten: EmscriptenModule }> {
  const imported = await BUILD.importModuleLoader();
  const loader = "default" in imported ? imported.default : imported;
  const emscripten = await (loader as (options: LoaderOptions) => Promise<EmscriptenModule>)(options);
  const quickJs = await newQuickJSWASMModuleFromVariant({
    ...BUILD,
    importModuleLoader: async () => async () => emscripten,
  });
  return { quickJs, emscripten };
}
