import { DateTime, Duration, Interval } from "luxon";
import type { Encoded } from "./cases.ts";

interface Tagged {
  readonly $type: string;
  readonly [key: string]: Encoded;
}

/** The value that the corpus describes. */
export function decode(encoded: Encoded): unknown {
  if (typeof encoded !== "object" || encoded === null) return encoded;
  if (isList(encoded)) return decodeList(encoded);
  if (isTagged(encoded)) return decodeTagged(encoded);
  return decodeRecord(encoded);
}

function decodeRecord(encoded: { readonly [key: string]: Encoded }): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(encoded)) {
    Object.defineProperty(record, key, {
      value: decode(value),
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
  return record;
}

function decodeList(items: readonly Encoded[]): unknown[] {
  const list: unknown[] = [];
  list.length = items.length;
  for (const [index, item] of items.entries()) {
    if (!(isTagged(item) && item.$type === "hole")) list[index] = decode(item);
  }
  return list;
}

function decodeTagged(encoded: Tagged): unknown {
  const { value } = encoded;
  switch (encoded.$type) {
    case "undefined":
      return undefined;
    case "number":
      return value === "-0" ? -0 : Number(value);
    case "bigint":
      return BigInt(value as string);
    case "date":
      return new Date(value === null ? NaN : (value as string));
    case "map":
      return new Map(
        (encoded["entries"] as [Encoded, Encoded][]).map(([key, item]) => [decode(key), decode(item)]),
      );
    case "set":
      return new Set((encoded["values"] as Encoded[]).map(decode));
    case "object":
      return decodeRecord(value as { [key: string]: Encoded });
    case "luxon.DateTime":
      return DateTime.fromISO(value as string, { zone: encoded["zone"] as string });
    case "range":
      return Array.from({ length: encoded["length"] as number }, (_, index) =>
        "item" in encoded ? decode(fill(encoded["item"], index)) : index,
      );
    case "nest": {
      let nested = decode(encoded["leaf"] as Encoded);
      for (let depth = 0; depth < (encoded["depth"] as number); depth++)
        nested = { [encoded["key"] as string]: nested };
      return nested;
    }
    default:
      throw new RangeError(`the corpus has a value of type ${encoded.$type}, which cannot be decoded`);
  }
}

/** An item of a range, with its number in place of `"$i"`. */
function fill(item: Encoded, index: number): Encoded {
  if (item === "$i") return index;
  if (typeof item !== "object" || item === null) return item;
  if (isList(item)) return item.map((each) => fill(each, index));
  return Object.fromEntries(Object.entries(item).map(([key, value]) => [key, fill(value, index)]));
}

/** Describes a value the way the corpus does. */
export function encode(value: unknown, path = "$", seen = new Map<object, string>()): Encoded {
  switch (typeof value) {
    case "undefined":
      return { $type: "undefined" };
    case "bigint":
      return { $type: "bigint", value: String(value) };
    case "number":
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : { $type: "number", value: Object.is(value, -0) ? "-0" : String(value) };
    case "string":
    case "boolean":
      return value;
    case "object":
      return value === null ? null : encodeObject(value, path, seen);
    default:
      return { $type: typeof value, value: String(value) };
  }
}

function encodeObject(value: object, path: string, seen: Map<object, string>): Encoded {
  const known = seen.get(value);
  if (known !== undefined) return { $type: "ref", path: known };
  seen.set(value, path);
  try {
    return encodeLeaf(value) ?? encodeContainer(value, path, seen);
  } finally {
    seen.delete(value);
  }
}

function encodeLeaf(value: object): Encoded | undefined {
  if (DateTime.isDateTime(value)) {
    if (!value.isValid) return { $type: "luxon.DateTime", invalid: value.invalidReason };
    return { $type: "luxon.DateTime", value: value.toISO(), zone: value.zoneName };
  }
  if (Duration.isDuration(value)) {
    if (!value.isValid) return { $type: "luxon.Duration", invalid: value.invalidReason };
    return {
      $type: "luxon.Duration",
      value: value.toISO(),
      units: value.toObject() as Record<string, number>,
    };
  }
  if (Interval.isInterval(value)) {
    if (!value.isValid) return { $type: "luxon.Interval", invalid: value.invalidReason };
    return { $type: "luxon.Interval", value: value.toISO() };
  }
  if (value instanceof Date) {
    return { $type: "date", value: Number.isNaN(value.getTime()) ? null : value.toISOString() };
  }
  if (value instanceof RegExp) return { $type: "regexp", source: value.source, flags: value.flags };
  if (value instanceof Error) return { $type: "error", name: value.name, message: value.message };
  if (value instanceof ArrayBuffer) return { $type: "arraybuffer", bytes: [...new Uint8Array(value)] };
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    const items = [...(value as unknown as Iterable<number | bigint>)];
    return { $type: "typedarray", kind: value.constructor.name, values: items.map((item) => encode(item)) };
  }
  if (/^\[object (?:String|Number|Boolean|BigInt|Symbol)\]$/.test(Object.prototype.toString.call(value))) {
    return { $type: "boxed", kind: value.constructor.name, value: encode(value.valueOf()) };
  }
  return undefined;
}

function encodeContainer(value: object, path: string, seen: Map<object, string>): Encoded {
  if (Array.isArray(value)) {
    return Array.from({ length: value.length }, (_, index): Encoded =>
      Object.hasOwn(value, index) ? encode(value[index], `${path}[${index}]`, seen) : { $type: "hole" },
    );
  }
  if (value instanceof Map) {
    const entries = [...value].map(([key, item]) => [encode(key, path, seen), encode(item, path, seen)]);
    return { $type: "map", entries };
  }
  if (value instanceof Set)
    return { $type: "set", values: [...value].map((item) => encode(item, path, seen)) };
  const record = Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, encode(item, `${path}.${key}`, seen)]),
  );
  return Object.hasOwn(record, "$type") ? { $type: "object", value: record } : record;
}

function isList(encoded: Encoded): encoded is readonly Encoded[] {
  return Array.isArray(encoded);
}

function isTagged(encoded: Encoded): encoded is Tagged {
  return (
    typeof encoded === "object" &&
    encoded !== null &&
    !isList(encoded) &&
    typeof encoded["$type"] === "string"
  );
}
