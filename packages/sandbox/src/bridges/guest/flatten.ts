import {
  NativeMap,
  arrayIsArray,
  mapGet,
  mapSet,
  numberIsFinite,
  reflectDefineProperty,
} from "../../guest/primordials.ts";
import { describeOpaque, kindOf } from "./kinds.ts";
import { describeLeaf } from "./leaves.ts";
import { arrayPush, bigIntToString, mapForEach, objectIs, setForEach, toIndex } from "./primordials.ts";
import { type Json, MAX_WIRE_DEPTH, PART_DEPTH, PartKind, Slot, type Special, type Wire } from "./wire.ts";

/** Stands for a property that is not there, or not to be seen. */
export const ABSENT: unique symbol = Symbol("absent");

/** An object that the other side knows by number. */
export interface NodeReference {
  readonly node: number;
  /** Of an array; -1 for other objects. */
  readonly length: number;
}

/** How values are read: the guest's as any code would, the host's without running anything of them. */
export interface Reader {
  keys(value: object): readonly string[];
  /** Length of an array. */
  length(value: object): number;
  /** Own property, or {@link ABSENT}. */
  read(value: object, key: string | number): unknown;
  /** Property, own or not. */
  readInherited(value: object, key: string): unknown;
}

/** What a {@link Flattener} does with what is not plain data. */
export interface FlattenPolicy {
  readonly reader: Reader;
  /** The other side has this object already. */
  refer?(value: object): NodeReference | undefined;
  /** Gives a function a number; without it functions are refused. */
  numberFunction?(value: object): number;
  /** Says whether an object is to be left behind as a node now: its own content, not that of what is in it, counts. */
  defer?(value: object, depth: number): NodeReference | undefined;
  /** Throws, or returns and the value is absent. */
  refuse(what: string, path: string): void;
}

/** One container on its way to the wire. */
export interface Frame {
  clean: Json[] | Record<string, Json>;
  readonly parent: Frame | undefined;
  readonly key: string | number;
  readonly depth: number;
  /** Number of its part, or -1 while it is inside its parent's. */
  part: number;
}

/**
 * Turns values into a {@link Wire}. Each property is read once. The identity of objects, arrays, maps and sets is kept
 * inside one wire, so cycles and shared objects cross as they are. Works in steps of {@link PART_DEPTH} levels, so
 * depth costs no stack.
 */
export class Flattener {
  readonly holder: Frame;
  readonly #policy: FlattenPolicy;
  readonly #seen = new NativeMap<object, Frame>();
  readonly #specials: Special[] = [];
  readonly #parts: Json[] = [];
  readonly #postponed: (() => void)[] = [];

  constructor(policy: FlattenPolicy) {
    this.#policy = policy;
    this.holder = { clean: [0], parent: undefined, key: 0, depth: 0, part: 0 };
  }

  /** The wire of what was put into the holder's key 0. */
  finish(): Wire {
    for (let index = 0; index < this.#postponed.length; index++) this.#postponed[index]?.();
    const root = (this.holder.clean as Json[])[0] as Json;
    if (this.#specials.length === 0) return [root];
    const wire: Wire = [root, this.#specials];
    for (let index = 0; index < this.#parts.length; index++) arrayPush(wire as Json[], this.#parts[index] as Json);
    return wire;
  }

  /** Begins an object or array at a slot; the caller fills it. */
  open(parent: Frame, key: string | number, clean: Frame["clean"], source?: object): Frame {
    const frame: Frame = { clean, parent, key, depth: parent.depth + 1, part: -1 };
    setKey(parent.clean, key, clean);
    if (source) mapSet(this.#seen, source, frame);
    return frame;
  }

  /** Puts a value into a slot. @returns false if it is absent. */
  put(frame: Frame, key: string | number, value: unknown): boolean {
    switch (typeof value) {
      case "string":
      case "boolean":
        setKey(frame.clean, key, value);
        return true;
      case "number":
        if (numberIsFinite(value) && !objectIs(value, -0)) setKey(frame.clean, key, value);
        else this.mark(frame, key, Slot.Number, [objectIs(value, -0) ? "-0" : `${value}`]);
        return true;
      case "undefined":
        this.mark(frame, key, Slot.Undefined, []);
        return true;
      case "bigint":
        this.mark(frame, key, Slot.BigInt, [bigIntToString(value, 16)]);
        return true;
      case "function": {
        const number = this.#policy.numberFunction?.(value);
        if (number === undefined) return this.#refuse(frame, key, "a function, and only data can cross");
        this.mark(frame, key, Slot.Function, [number]);
        return true;
      }
      case "symbol":
        return this.#refuse(frame, key, "a symbol, and only data can cross");
      default:
        if (value !== null) return this.#putObject(frame, key, value as object);
        setKey(frame.clean, key, null);
        return true;
    }
  }

  /** Fills a slot with something that JSON cannot say. */
  mark(frame: Frame, key: string | number, kind: number, payload: readonly Json[]): void {
    const part = this.#hoist(frame);
    setKey(frame.clean, key, 0);
    arrayPush(this.#specials, [kind, part, key, ...payload]);
  }

  #putObject(frame: Frame, key: string | number, value: object): boolean {
    const policy = this.#policy;
    const seen = mapGet(this.#seen, value);
    if (seen) {
      this.mark(frame, key, Slot.Link, [this.#hoist(seen)]);
      return true;
    }
    const kind = kindOf(value);
    if (kind === "opaque") return this.#refuse(frame, key, describeOpaque(value));
    const leaf = kind === "record" || kind === "array" ? undefined : describeLeaf(kind, value);
    if (leaf) {
      this.mark(frame, key, leaf[0], leaf[1]);
      return true;
    }
    const reference = policy.refer?.(value) ?? policy.defer?.(value, frame.depth);
    if (reference) {
      this.mark(frame, key, Slot.Node, [reference.node, reference.length]);
      return true;
    }
    if (frame.depth >= MAX_WIRE_DEPTH) {
      return this.#refuse(frame, key, `nested deeper than ${MAX_WIRE_DEPTH} levels`);
    }
    const isList = kind !== "record" && kind !== "error";
    const child = this.open(frame, key, isList ? [] : {}, value);
    if (child.depth % PART_DEPTH > 0) this.#fill(child, kind, value);
    else {
      this.#hoist(child);
      arrayPush(this.#postponed, () => this.#fill(child, kind, value));
    }
    return true;
  }

  #fill(frame: Frame, kind: string, value: object): void {
    switch (kind) {
      case "array":
        this.#fillArray(frame, value);
        break;
      case "map": {
        this.#become(frame, PartKind.Map);
        let index = 0;
        mapForEach(value as Map<unknown, unknown>, (item, key) => {
          this.#putItem(frame, index++, key);
          this.#putItem(frame, index++, item);
        });
        break;
      }
      case "set": {
        this.#become(frame, PartKind.Set);
        let index = 0;
        setForEach(value as Set<unknown>, (item) => this.#putItem(frame, index++, item));
        break;
      }
      case "error": {
        this.#become(frame, PartKind.Error);
        const name = this.#policy.reader.readInherited(value, "name");
        const message = this.#policy.reader.readInherited(value, "message");
        frame.clean = setPart(this.#parts, frame, {
          name: typeof name === "string" ? name : "Error",
          message: typeof message === "string" ? message : "",
        });
        break;
      }
      default:
        this.#fillRecord(frame, value, this.#policy.reader.keys(value));
    }
  }

  #fillRecord(frame: Frame, value: object, keys: readonly string[]): void {
    const { reader } = this.#policy;
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index] as string;
      const item = reader.read(value, key);
      if (item !== ABSENT) this.put(frame, key, item);
    }
  }

  #fillArray(frame: Frame, value: object): void {
    const { reader } = this.#policy;
    const length = reader.length(value);
    for (let index = 0; index < length; index++) {
      const item = reader.read(value, index);
      if (item === ABSENT) {
        this.#fillSparse(frame, value, index, length);
        return;
      }
      this.#putItem(frame, index, item);
    }
  }

  /** From the first hole on, only what is there is visited: an array of 10^9 holes is a small thing. */
  #fillSparse(frame: Frame, value: object, firstHole: number, length: number): void {
    const dense = frame.clean as Json[];
    const sparse: Record<string, Json> = {};
    for (let index = 0; index < firstHole; index++) sparse[index] = dense[index] as Json;
    this.#become(frame, PartKind.Sparse, length);
    frame.clean = setPart(this.#parts, frame, sparse);
    const keys = this.#policy.reader.keys(value);
    for (let position = 0; position < keys.length; position++) {
      const index = toIndex(keys[position] as string);
      if (index < firstHole || index >= length) continue;
      const item = this.#policy.reader.read(value, index);
      if (item !== ABSENT) this.#putItem(frame, index, item);
    }
  }

  #putItem(frame: Frame, index: number, value: unknown): void {
    if (!this.put(frame, index, value)) this.mark(frame, index, Slot.Undefined, []);
  }

  #become(frame: Frame, kind: number, payload?: Json): void {
    const part = this.#hoist(frame);
    arrayPush(this.#specials, payload === undefined ? [kind, part] : [kind, part, payload]);
  }

  /** Moves a container into a part of its own, and with it all that it is in. */
  #hoist(frame: Frame): number {
    if (frame.part >= 0 || !frame.parent) return frame.part;
    frame.part = arrayPush(this.#parts, frame.clean);
    this.mark(frame.parent, frame.key, Slot.Link, [frame.part]);
    return frame.part;
  }

  #refuse(frame: Frame, key: string | number, what: string): false {
    this.#policy.refuse(what, describePath(frame, key));
    return false;
  }
}

function setPart(parts: Json[], frame: Frame, clean: Record<string, Json>): Record<string, Json> {
  // Its frame was hoisted: the parent holds a link, not the container.
  parts[frame.part - 1] = clean;
  return clean;
}

function setKey(clean: Frame["clean"], key: string | number, value: Json): void {
  if (key === "__proto__" || (arrayIsArray(clean) && key === clean.length)) {
    reflectDefineProperty(clean, key, { value, writable: true, enumerable: true, configurable: true });
  } else (clean as Record<string | number, Json>)[key] = value;
}

/** As code would reach it from the root: `.rows[3].name`, nothing for the root itself. */
function describePath(frame: Frame, key: string | number): string {
  let path = "";
  let step = key;
  for (let at: Frame | undefined = frame; at.parent; at = at.parent) {
    path = (typeof step === "number" ? `[${step}]` : `.${step}`) + path;
    step = at.key;
  }
  return path;
}
