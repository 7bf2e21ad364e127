import { NativeMap, mapGet, mapSet } from "../../guest/primordials.ts";
import { ABSENT, type Content, type FlattenPolicy } from "./flatten-policy.ts";
import { type Frame, describePath, setKey } from "./frame.ts";
import { describeOpaque, kindOf } from "./kinds.ts";
import { describeLeaf, writeBigInt, writeNumber } from "./leaves.ts";
import { arrayPush, mapForEach, numberIsPlain, setForEach, toIndex } from "./primordials.ts";
import { type Json, MAX_WIRE_DEPTH, PART_DEPTH, PartKind, Slot, type Special, type Wire } from "./wire.ts";

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
    for (let index = 0; index < this.#parts.length; index++) {
      arrayPush(wire as Json[], this.#parts[index] as Json);
    }
    return wire;
  }

  /** Begins an object or array at a slot; the caller fills it. */
  open(parent: Frame, key: string | number, clean: Frame["clean"]): Frame {
    const depth = parent.depth + 1;
    setKey(parent.clean, key, clean);
    return { clean, parent, key, depth, part: -1 };
  }

  /** Puts a value into a slot. @returns false if it is absent. */
  put(frame: Frame, key: string | number, value: unknown): boolean {
    switch (typeof value) {
      case "string":
      case "boolean":
        setKey(frame.clean, key, value);
        return true;
      case "number":
        if (numberIsPlain(value)) setKey(frame.clean, key, value);
        else this.mark(frame, key, Slot.Number, [writeNumber(value)]);
        return true;
      case "undefined":
        this.mark(frame, key, Slot.Undefined, []);
        return true;
      case "bigint":
        this.mark(frame, key, Slot.BigInt, [writeBigInt(value)]);
        return true;
      case "function": {
        const number = this.#policy.numberFunction?.(value);
        if (number === undefined) return this.#refuse(frame, key, "a function, and only data can cross");
        this.mark(frame, key, Slot.Function, [number]);
        return true;
      }
      case "symbol":
        return this.#omit(frame, key, "a symbol, and only data can cross");
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
    if (policy.isPlain?.(value, frame.depth)) {
      setKey(frame.clean, key, value as Json);
      return true;
    }
    const seen = mapGet(this.#seen, value);
    if (seen) {
      this.mark(frame, key, Slot.Link, [this.#hoist(seen)]);
      return true;
    }
    const kind = kindOf(value);
    if (kind === "opaque") return this.#omit(frame, key, describeOpaque(value));
    const isPlain = kind === "record" || kind === "array";
    const leaf = isPlain ? undefined : describeLeaf(kind, value);
    if (leaf) {
      this.mark(frame, key, leaf[0], leaf[1]);
      return true;
    }
    const typed = kind === "record" ? policy.describeTyped?.(value) : undefined;
    if (typed) {
      this.mark(frame, key, Slot.Typed, typed);
      return true;
    }
    const found = isPlain
      ? (policy.refer?.(value) ?? policy.admit?.(value, kind === "array", frame.depth))
      : undefined;
    if (found && "node" in found) {
      this.mark(frame, key, Slot.Node, [found.node, found.length]);
      return true;
    }
    if (frame.depth >= MAX_WIRE_DEPTH) {
      return this.#refuse(frame, key, `nested deeper than ${MAX_WIRE_DEPTH} levels`);
    }
    const isList = kind !== "record" && kind !== "error";
    const child = this.open(frame, key, isList ? [] : {});
    mapSet(this.#seen, value, child);
    if (child.depth % PART_DEPTH > 0) this.#fill(child, kind, value, found);
    else {
      this.#hoist(child);
      arrayPush(this.#postponed, () => this.#fill(child, kind, value, found));
    }
    return true;
  }

  #fill(frame: Frame, kind: string, value: object, content: Content | undefined): void {
    switch (kind) {
      case "array":
        this.#fillArray(frame, value, content?.items);
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
        this.#replace(frame, {
          name: typeof name === "string" ? name : "Error",
          message: typeof message === "string" ? message : "",
        });
        break;
      }
      default:
        this.#fillRecord(frame, value, content);
    }
  }

  #fillRecord(frame: Frame, value: object, content: Content | undefined): void {
    const { reader } = this.#policy;
    const keys = content?.keys ?? reader.keys(value);
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index] as string;
      const item = content ? content.items[index] : reader.read(value, key);
      if (item !== ABSENT) this.put(frame, key, item);
    }
  }

  #fillArray(frame: Frame, value: object, items: readonly unknown[] | undefined): void {
    const { reader } = this.#policy;
    const length = items ? items.length : reader.length(value);
    for (let index = 0; index < length; index++) {
      const item = items ? items[index] : reader.read(value, index);
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
    this.#replace(frame, sparse);
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

  /** Gives a container that stands in a part of its own another content. */
  #replace(frame: Frame, clean: Frame["clean"]): void {
    frame.clean = clean;
    this.#parts[frame.part - 1] = clean;
  }

  /** Moves a container into a part of its own, and with it all that it is in. */
  #hoist(frame: Frame): number {
    if (frame.part >= 0 || !frame.parent) return frame.part;
    frame.part = arrayPush(this.#parts, frame.clean);
    this.mark(frame.parent, frame.key, Slot.Link, [frame.part]);
    return frame.part;
  }

  #omit(frame: Frame, key: string | number, what: string): false {
    return this.#policy.omitsUnseen ? false : this.#refuse(frame, key, what);
  }

  #refuse(frame: Frame, key: string | number, what: string): false {
    this.#policy.refuse(what, describePath(frame, key));
    return false;
  }
}
