import type { WasmReader } from "./wasm-bytes.ts";

/** Numbers of the instructions that the meter writes, changes or must pass over. */
export const Op = {
  Block: 0x02,
  Loop: 0x03,
  If: 0x04,
  End: 0x0b,
  Br: 0x0c,
  BrIf: 0x0d,
  BrTable: 0x0e,
  Call: 0x10,
  CallIndirect: 0x11,
  LocalGet: 0x20,
  LocalTee: 0x22,
  GlobalGet: 0x23,
  GlobalSet: 0x24,
  FirstLoad: 0x28,
  LastStore: 0x3e,
  MemorySize: 0x3f,
  MemoryGrow: 0x40,
  I32Const: 0x41,
  I64Const: 0x42,
  F32Const: 0x43,
  F64Const: 0x44,
  I32Eqz: 0x45,
  I32Sub: 0x6b,
  LastNumeric: 0xc4,
  Prefixed: 0xfc,
} as const;

/** Instructions without immediates below the numeric ones: unreachable, nop, else, end, return, drop, select. */
const PLAIN: ReadonlySet<number> = new Set([0x00, 0x01, 0x05, 0x0b, 0x0f, 0x1a, 0x1b]);
/** How many LEB128 immediates each instruction behind the prefix 0xFC has. */
const PREFIXED_IMMEDIATES = [0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2, 1] as const;

/** Passes over a constant expression, its end included. */
export function skipExpression(section: WasmReader): void {
  for (let op = section.byte(); op !== Op.End; op = section.byte()) skipImmediates(op, section);
}

/**
 * Passes over what follows the number of an instruction.
 *
 * @throws Error for an instruction that is not known, naming the byte.
 */
export function skipImmediates(op: number, body: WasmReader): void {
  if (PLAIN.has(op) || (op >= Op.I32Eqz && op <= Op.LastNumeric)) return;
  if (op >= Op.FirstLoad && op <= Op.LastStore) return skipLebs(body, 2);
  if (op >= Op.LocalGet && op <= Op.LocalTee) return body.skipLeb();
  switch (op) {
    case Op.Block:
    case Op.Loop:
    case Op.If:
    case Op.Br:
    case Op.BrIf:
    case Op.GlobalGet:
    case Op.GlobalSet:
    case Op.MemorySize:
    case Op.MemoryGrow:
    case Op.I32Const:
    case Op.I64Const:
      return body.skipLeb();
    case Op.CallIndirect:
      return skipLebs(body, 2);
    case Op.BrTable:
      return skipLebs(body, body.u32() + 1);
    case Op.F32Const:
      return body.skip(4);
    case Op.F64Const:
      return body.skip(8);
    case Op.Prefixed: {
      const immediates = PREFIXED_IMMEDIATES[body.u32()];
      if (immediates !== undefined) return skipLebs(body, immediates);
    }
  }
  throw unknown(`instruction 0x${op.toString(16)}`, body.position);
}

function skipLebs(body: WasmReader, count: number): void {
  for (let index = 0; index < count; index++) body.skipLeb();
}

/** The error for what the meter cannot read. */
export function unknown(what: string, position: number): Error {
  return new Error(`the meter does not know this ${what}, before byte ${position}`);
}
