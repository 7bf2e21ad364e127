import { WasmReader, WasmWriter } from "./wasm-bytes.ts";
import { Op, skipExpression, skipImmediates, unknown } from "./wasm-instructions.ts";

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

const EMPTY_BLOCK = 0x40;
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

function rest(section: WasmReader): Uint8Array {
  return section.bytes.subarray(section.position, section.end);
}
