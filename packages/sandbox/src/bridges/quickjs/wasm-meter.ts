import { WasmReader, WasmWriter } from "./wasm-bytes.ts";

/** The function `() => i32` that a metered module imports. */
export const METER_IMPORT = { module: "meter", name: "refill" } as const;
/** How the names of the exported globals begin, in which a metered module keeps state. */
export const STATE_EXPORT_PREFIX = "state:";
/** The global that holds what is left of the ration. */
export const RATION_EXPORT = `${STATE_EXPORT_PREFIX}ration`;

const HEADER_BYTES = 8;
const I32 = 0x7f;
const FUNCTION_TYPE = 0x60;
const FUNCTION_KIND = 0x00;
const GLOBAL_KIND = 0x03;
const MUTABLE = 0x01;

const Section = { Type: 1, Import: 2, Global: 6, Export: 7, Start: 8, Element: 9, Code: 10 } as const;

const Op = {
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

const EMPTY_BLOCK = 0x40;
/** Instructions without immediates below the numeric ones: unreachable, nop, else, end, return, drop, select. */
const PLAIN: ReadonlySet<number> = new Set([0x00, 0x01, 0x05, 0x0b, 0x0f, 0x1a, 0x1b]);
/** How many LEB128 immediates each instruction behind the prefix 0xFC has. */
const PREFIXED_IMMEDIATES = [0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2, 1] as const;

/** What the sections before the code say, for those after. */
interface Layout {
  /** Types before ours is added. */
  types: number;
  importedFunctions: number;
  importedGlobals: number;
  /** Whether each global of the module's own can change; ours, the ration, is the last. */
  areMutable: boolean[];
}

/**
 * Rewrites a WebAssembly module so that whatever runs in it can be stopped: every turn of a loop and every function
 * entry takes one unit of a ration. When it is used up the module calls {@link METER_IMPORT}, which returns the next
 * ration or throws, and an exception unwinds all that runs.
 *
 * Mutable globals are exported ({@link STATE_EXPORT_PREFIX}), and instructions that change a table are refused: memory
 * and these globals are then all the state that an instance has, and whoever keeps a copy can put it back.
 *
 * Reads WebAssembly 1.0 with bulk memory, sign extension and saturating conversion, as Emscripten writes it
 * (WebAssembly Core Specification 2.0, section 5).
 *
 * @throws Error for anything else, naming the byte.
 */
export function meterModule(module: Uint8Array): Uint8Array<ArrayBuffer> {
  const layout: Layout = { types: 0, importedFunctions: 0, importedGlobals: 0, areMutable: [] };
  const reader = new WasmReader(module, HEADER_BYTES);
  const writer = new WasmWriter(module.length * 2).raw(module.subarray(0, HEADER_BYTES));
  while (!reader.isAtEnd) {
    const id = reader.byte();
    const length = reader.u32();
    const start = reader.position;
    const section = new WasmReader(module, start, start + length);
    reader.skip(length);
    writer.byte(id).sized(rewriteSection(id, section, layout));
  }
  return writer.finish();
}

function rewriteSection(id: number, section: WasmReader, layout: Layout): Uint8Array {
  switch (id) {
    case Section.Type:
      layout.types = section.u32();
      return new WasmWriter()
        .u32(layout.types + 1)
        .raw(rest(section))
        .byte(FUNCTION_TYPE, 0, 1, I32)
        .finish();
    case Section.Import:
      return addImport(section, layout);
    case Section.Global:
      return addGlobal(section, layout);
    case Section.Export:
      return addExports(section, layout);
    case Section.Start:
      return new WasmWriter().u32(moveFunction(section.u32(), layout)).finish();
    case Section.Element:
      return moveElements(section, layout);
    case Section.Code:
      return meterCode(section, layout);
    default:
      return rest(section);
  }
}

/** Our import comes last of the imported functions: those keep their numbers and all others move up by one. */
function moveFunction(index: number, layout: Layout): number {
  return index < layout.importedFunctions ? index : index + 1;
}

function addImport(section: WasmReader, layout: Layout): Uint8Array {
  const count = section.u32();
  const start = section.position;
  for (let index = 0; index < count; index++) {
    section.skip(section.u32());
    section.skip(section.u32());
    const kind = section.byte();
    if (kind === FUNCTION_KIND) layout.importedFunctions += 1;
    if (kind === GLOBAL_KIND) layout.importedGlobals += 1;
    skipImportType(kind, section);
  }
  return new WasmWriter()
    .u32(count + 1)
    .raw(section.since(start))
    .name(METER_IMPORT.module)
    .name(METER_IMPORT.name)
    .byte(FUNCTION_KIND)
    .u32(layout.types)
    .finish();
}

function skipImportType(kind: number, section: WasmReader): void {
  if (kind === FUNCTION_KIND) {
    section.skipLeb();
  } else if (kind === GLOBAL_KIND) {
    section.skip(2);
  } else {
    if (kind === 1) section.skip(1);
    const hasMaximum = section.byte() & 1;
    section.skipLeb();
    if (hasMaximum) section.skipLeb();
  }
}

function addGlobal(section: WasmReader, layout: Layout): Uint8Array {
  const count = section.u32();
  const start = section.position;
  for (let index = 0; index < count; index++) {
    section.skip(1);
    layout.areMutable.push(section.byte() === MUTABLE);
    skipExpression(section);
  }
  layout.areMutable.push(true);
  return new WasmWriter()
    .u32(count + 1)
    .raw(section.since(start))
    .byte(I32, MUTABLE, Op.I32Const, 0, Op.End)
    .finish();
}

/** Number of our global, the last. */
function rationOf(layout: Layout): number {
  return layout.importedGlobals + layout.areMutable.length - 1;
}

function addExports(section: WasmReader, layout: Layout): Uint8Array {
  const mutable = layout.areMutable.flatMap((isMutable, index) =>
    isMutable ? [layout.importedGlobals + index] : [],
  );
  const count = section.u32();
  const writer = new WasmWriter().u32(count + mutable.length);
  for (let index = 0; index < count; index++) {
    const start = section.position;
    section.skip(section.u32());
    const kind = section.byte();
    writer.raw(section.since(start));
    const exported = section.u32();
    writer.u32(kind === FUNCTION_KIND ? moveFunction(exported, layout) : exported);
  }
  for (const global of mutable) {
    const name = global === rationOf(layout) ? RATION_EXPORT : `${STATE_EXPORT_PREFIX}${global}`;
    writer.name(name).byte(GLOBAL_KIND).u32(global);
  }
  return writer.finish();
}

function moveElements(section: WasmReader, layout: Layout): Uint8Array {
  const count = section.u32();
  const writer = new WasmWriter().u32(count);
  for (let index = 0; index < count; index++) {
    const start = section.position;
    if (section.u32() !== 0) throw unknown("element segment", start);
    skipExpression(section);
    writer.raw(section.since(start));
    const functions = section.u32();
    writer.u32(functions);
    for (let entry = 0; entry < functions; entry++) writer.u32(moveFunction(section.u32(), layout));
  }
  return writer.finish();
}

function meterCode(section: WasmReader, layout: Layout): Uint8Array {
  const count = section.u32();
  const writer = new WasmWriter(section.bytes.length * 2).u32(count);
  const charge = createCharge(layout);
  for (let index = 0; index < count; index++) {
    const length = section.u32();
    const start = section.position;
    section.skip(length);
    writer.sized(meterBody(new WasmReader(section.bytes, start, start + length), layout, charge));
  }
  return writer.finish();
}

/** Takes one unit of the ration; asks for the next one when it is used up. */
function createCharge(layout: Layout): Uint8Array {
  const ration = rationOf(layout);
  return new WasmWriter()
    .byte(Op.GlobalGet)
    .u32(ration)
    .byte(Op.I32Eqz, Op.If, EMPTY_BLOCK, Op.Call)
    .u32(layout.importedFunctions)
    .byte(Op.GlobalSet)
    .u32(ration)
    .byte(Op.End, Op.GlobalGet)
    .u32(ration)
    .byte(Op.I32Const, 1, Op.I32Sub, Op.GlobalSet)
    .u32(ration)
    .finish();
}

function meterBody(body: WasmReader, layout: Layout, charge: Uint8Array): Uint8Array {
  const writer = new WasmWriter((body.end - body.position) * 2);
  let copied = body.position;
  for (let groups = body.u32(); groups > 0; groups--) {
    body.skipLeb();
    body.skip(1);
  }
  writer.raw(body.since(copied)).raw(charge);
  copied = body.position;
  while (!body.isAtEnd) {
    const start = body.position;
    const op = body.byte();
    if (op === Op.Call) {
      writer.raw(body.bytes.subarray(copied, start)).byte(Op.Call).u32(moveFunction(body.u32(), layout));
      copied = body.position;
      continue;
    }
    skipImmediates(op, body);
    if (op === Op.Loop) {
      writer.raw(body.since(copied)).raw(charge);
      copied = body.position;
    }
  }
  return writer.raw(body.since(copied)).finish();
}

/** Passes over a constant expression, its end included. */
function skipExpression(section: WasmReader): void {
  for (let op = section.byte(); op !== Op.End; op = section.byte()) skipImmediates(op, section);
}

function skipImmediates(op: number, body: WasmReader): void {
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

function rest(section: WasmReader): Uint8Array {
  return section.bytes.subarray(section.position, section.end);
}

function unknown(what: string, position: number): Error {
  return new Error(`the meter does not know this ${what}, before byte ${position}`);
}
