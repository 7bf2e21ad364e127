/** The part of the WebAssembly JavaScript interface that this folder uses; Node's own types leave it out. */
declare namespace WebAssembly {
  type ImportValue = ((...args: never[]) => unknown) | Memory | Global;
  type Imports = Record<string, Record<string, ImportValue>>;
  type Exports = Record<string, ImportValue>;

  type Module = Readonly<object>;

  class Instance {
    constructor(module: Module, imports: Imports);
    readonly exports: Exports;
  }

  class Memory {
    constructor(size: { initial: number; maximum: number });
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }

  class Global {
    private constructor();
    value: unknown;
  }

  function compile(bytes: ArrayBufferView<ArrayBuffer>): Promise<Module>;
}
