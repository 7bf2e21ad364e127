/**
 * Data as text of ASCII characters, such that two texts are the same only if the data are: kind by kind, in order, holes,
 * signs of zero and identity of containers included.
 */
export function describeData(value: unknown, seen = new Map<object, number>()): string {
  if (typeof value === "string") return JSON.stringify(value).replaceAll(/[\u007f-\uffff]/g, escapeUnit);
  if (typeof value === "bigint") return `${value}n`;
  if (Object.is(value, -0)) return "-0";
  if (typeof value !== "object" || value === null) return String(value);
  const leaf = describeLeaf(value);
  if (leaf !== undefined) return leaf;
  const number = seen.get(value);
  if (number !== undefined) return `#${number}`;
  seen.set(value, seen.size);
  const go = (item: unknown): string => describeData(item, seen);
  if (value instanceof Error) return `${value.name}(${go(value.message)})`;
  if (value instanceof Map)
    return `Map{${[...value].map(([key, item]) => `${go(key)}=>${go(item)}`).join()}}`;
  if (value instanceof Set) return `Set{${[...value].map(go).join()}}`;
  const isArray = Array.isArray(value);
  const isDense = isArray && Object.keys(value).length === value.length;
  if (isDense) return `[${value.map(go).join()}]`;
  const entries = Object.entries(value).map(([key, item]) => `${go(key)}:${go(item)}`);
  return isArray ? `[${value.length}|${entries.join()}]` : `{${entries.join()}}`;
}

/** What has no container in it; the identity of these is not kept. */
function describeLeaf(value: object): string | undefined {
  if (value instanceof Date) return `Date(${value.getTime()})`;
  if (value instanceof RegExp) return `RegExp(${describeData(value.source)},${value.flags})`;
  if (value instanceof ArrayBuffer) return `ArrayBuffer(${new Uint8Array(value).join()})`;
  if (ArrayBuffer.isView(value)) {
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    return `${value.constructor.name}(${bytes.join()})`;
  }
  for (const type of [Number, String, Boolean, BigInt]) {
    if (value instanceof type) return `${type.name}(${describeData(value.valueOf())})`;
  }
  return undefined;
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
