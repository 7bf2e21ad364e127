import { execPath } from "node:process";
import { homedir, hostname } from "node:os";
import { fileURLToPath } from "node:url";

const WATCHED: Readonly<Record<string, object>> = {
  Object: Object.prototype,
  Array: Array.prototype,
  Function: Function.prototype,
  String: String.prototype,
  Promise: Promise.prototype,
  Error: Error.prototype,
  Map: Map.prototype,
  Set: Set.prototype,
  RegExp: RegExp.prototype,
  Buffer: Buffer.prototype as object,
  JSON,
  Math,
  Reflect,
};

/** Everything a polluted prototype or global of this process would change, by name. */
export function snapshotHost(): ReadonlyMap<string, unknown> {
  const entries = Object.entries(WATCHED).flatMap(([name, object]) =>
    Reflect.ownKeys(object).map((key): [string, unknown] => {
      const descriptor = Reflect.getOwnPropertyDescriptor(object, key);
      return [`${name}.${String(key)}`, descriptor?.get ?? descriptor?.value];
    }),
  );
  return new Map([...entries, ["globals", Reflect.ownKeys(globalThis).map(String).sort().join()]]);
}

const ROOT = fileURLToPath(new URL("../../../..", import.meta.url));
/** Shorter names and values, such as `vm` or `C.UTF-8`, are in honest texts too. */
const MIN_TRACE_CHARS = 12;

/** Texts that a guest could only have from this machine. */
const HOST_TEXTS: readonly string[] = [
  ROOT,
  execPath,
  "node:internal",
  "node_modules",
  "isolated-vm",
  "/proc/self",
  "root:x:0:0",
  ...[hostname(), homedir(), ...Object.values(process.env)].filter(isTelling),
];

function isTelling(text: string | undefined): text is string {
  return text !== undefined && text.length >= MIN_TRACE_CHARS;
}

/** What of this machine (paths, environment, frames of its code) is in a text. */
export function findHostTraces(text: string): readonly string[] {
  return HOST_TEXTS.filter((trace) => text.includes(trace));
}
