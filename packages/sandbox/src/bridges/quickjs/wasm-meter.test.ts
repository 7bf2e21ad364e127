import { describe, expect, test } from "vitest";
import { METER_IMPORT, STATE_EXPORT_PREFIX, meterModule } from "./wasm-meter.ts";

const I32 = 0x7f;
const EMPTY_BLOCK = 0x40;
const END = 0x0b;
const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/** A module with one type `(i32) => i32`, an imported function of it, a mutable global 7 and the given functions. */
function assemble(...bodies: number[][]): Uint8Array {
  const functions = bodies.map((body) => {
    const code = [0, ...body, END];
    return [code.length, ...code];
  });
  const exports = bodies.map((_, index) => [1, "a".charCodeAt(0) + index, 0, index + 1]);
  const section = (id: number, content: number[]): number[] => [id, content.length, ...content];
  return Uint8Array.from([
    ...HEADER,
    ...section(1, [1, 0x60, 1, I32, 1, I32]),
    ...section(2, [1, 1, 0x65, 1, 0x66, 0x00, 0]),
    ...section(3, [bodies.length, ...bodies.map(() => 0)]),
    ...section(6, [1, I32, 1, 0x41, 7, END]),
    ...section(7, [bodies.length, ...exports.flat()]),
    ...section(10, [bodies.length, ...functions.flat()]),
  ]);
}

interface Instance {
  readonly call: (name: string, argument: number) => number;
  readonly exports: WebAssembly.Exports;
  readonly refills: () => number;
}

async function instantiate(module: Uint8Array, rations: number[]): Promise<Instance> {
  let refills = 0;
  const compiled = await WebAssembly.compile(meterModule(module));
  const { exports } = new WebAssembly.Instance(compiled, {
    e: { f: (value: number) => value * 2 },
    [METER_IMPORT.module]: {
      [METER_IMPORT.name]: () => {
        const ration = rations[refills++];
        if (ration === undefined) throw new Error("no more rations");
        return ration;
      },
    },
  });
  return {
    call: (name, argument) => (exports[name] as (argument: number) => number)(argument),
    exports,
    refills: () => refills,
  };
}

const GET_ARGUMENT = [0x20, 0];
const FOREVER = [0x03, EMPTY_BLOCK, 0x0c, 0, END, 0x41, 0];
const TAKE_ONE = [...GET_ARGUMENT, 0x41, 1, 0x6b, 0x22, 0];
/** Counts the argument down to zero. */
const COUNT_DOWN = [0x03, EMPTY_BLOCK, ...TAKE_ONE, 0x0d, 0, END, ...GET_ARGUMENT];
const CALL_IMPORT = [...GET_ARGUMENT, 0x10, 0];
const CALL_SECOND_OWN = [...GET_ARGUMENT, 0x10, 2];
const SET_GLOBAL = [...GET_ARGUMENT, 0x24, 0, 0x23, 0];
const SET_TABLE = [...GET_ARGUMENT, 0x41, 0, 0x41, 0, 0x26, 0];

describe("a metered module", () => {
  test("is stopped in a loop that has no end", async () => {
    const { call, refills } = await instantiate(assemble(FOREVER), [1_000, 1_000]);
    expect(() => call("a", 0)).toThrow("no more rations");
    expect(refills()).toBe(3);
  });

  test("is stopped in a recursion, which has no loop", async () => {
    const { call } = await instantiate(assemble(CALL_SECOND_OWN, [...GET_ARGUMENT, 0x10, 1]), [100]);
    expect(() => call("a", 0)).toThrow("no more rations");
  });

  test("pays one unit for each turn of a loop and each function entry, and for nothing else", async () => {
    const { call } = await instantiate(assemble(COUNT_DOWN), [101]);
    expect(call("a", 100)).toBe(0);
    expect(() => call("a", 0)).toThrow("no more rations");
  });

  test("calls the same functions as before, imported and its own", async () => {
    const { call } = await instantiate(assemble(CALL_SECOND_OWN, CALL_IMPORT), [100]);
    expect(call("a", 21)).toBe(42);
    expect(call("b", 4)).toBe(8);
  });

  test("shows its mutable globals, so that its state can be put back", async () => {
    const { call, exports } = await instantiate(assemble(SET_GLOBAL), [100]);
    const state = exports[`${STATE_EXPORT_PREFIX}0`] as WebAssembly.Global;
    expect(state.value).toBe(7);
    expect(call("a", 5)).toBe(5);
    state.value = 7;
    expect(state.value).toBe(7);
  });

  test("is not made from what the meter cannot read to the end or would not know how to stop", () => {
    expect(() => meterModule(assemble(SET_TABLE))).toThrow("instruction 0x26");
    const module = assemble(FOREVER);
    expect(() => meterModule(module.subarray(0, module.length - 2))).toThrow("ends early");
  });
});
