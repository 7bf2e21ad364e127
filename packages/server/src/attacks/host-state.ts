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

/** The built-ins and globals of this process, by name. */
export type HostState = ReadonlyMap<string, unknown>;

/** Everything of this process that a polluted prototype or global would change. */
export function snapshotHost(): HostState {
  const entries = Object.entries(WATCHED).flatMap(([name, object]) =>
    Reflect.ownKeys(object).map((key): [string, unknown] => {
      const descriptor = Reflect.getOwnPropertyDescriptor(object, key);
      return [`${name}.${String(key)}`, descriptor?.get ?? descriptor?.value];
    }),
  );
  return new Map([...entries, ["globals", Reflect.ownKeys(globalThis).map(String).sort().join()]]);
}

/** Names of what is not as it was. */
export function listHostChanges(before: HostState, after: HostState): readonly string[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => !Object.is(before.get(name), after.get(name)));
}

/** The folder above `packages` or `node_modules`, from which every path of ours begins. */
const ROOT = fileURLToPath(new URL("../../../..", import.meta.url));
/** A shorter one, such as the root folder itself, is in honest texts too. */
const MIN_ROOT_CHARS = 6;
/** So are shorter names and values, such as `vm` or `C.UTF-8`. */
const MIN_TRACE_CHARS = 12;

/**
 * Texts that a guest could only have from this machine, each after what it is. The environment is read for nothing
 * but this: none of its values may come out of an isolate.
 */
const HOST_TEXTS: ReadonlyArray<readonly [what: string, text: string]> = [
  ["a module of Node", "node:internal"],
  ["the path of a package", "node_modules"],
  ["the engine's name", "isolated-vm"],
  ["a path of this process", "/proc/self"],
  ["the list of users", "root:x:0:0"],
  ["the path of Node", execPath],
  ...[["the path of Skerry", ROOT] as const].filter(([, path]) => path.length >= MIN_ROOT_CHARS),
  ...[
    ["the host's name", hostname()] as const,
    ["the user's home", homedir()] as const,
    ...Object.entries(process.env).map(([name, value = ""]) => [`the variable ${name}`, value] as const),
  ].filter(([, text]) => text.length >= MIN_TRACE_CHARS),
];

/** What of this machine (paths, environment, frames of its code) is in a text, in words that do not repeat it. */
export function findHostTraces(text: string): readonly string[] {
  return HOST_TEXTS.filter(([, trace]) => text.includes(trace)).map(([what]) => what);
}
