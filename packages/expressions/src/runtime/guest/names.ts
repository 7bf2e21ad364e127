import type { Environment } from "./environment.ts";
import { loadLodash } from "./lodash.ts";
import { WORKFLOW_NAMES } from "./workflow/names.ts";

/** What the runtime itself calls something by; such a name is never one of the host's data. */
export type Names = ReadonlyMap<string, (environment: Environment) => unknown>;

/**
 * Names of browsers, of Node and of the language by which code looks for a way out. They stand for an empty object, so
 * that a template which only asks whether they are there gets an answer.
 */
export const UNREACHABLE: ReadonlySet<string> = new Set([
  "AsyncFunction",
  "AsyncGenerator",
  "AsyncGeneratorFunction",
  "Atomics",
  "Buffer",
  "Function",
  "Generator",
  "GeneratorFunction",
  "Promise",
  "Proxy",
  "Reflect",
  "SharedArrayBuffer",
  "WebAssembly",
  "XMLHttpRequest",
  "__dirname",
  "__filename",
  "alert",
  "clearImmediate",
  "clearInterval",
  "clearTimeout",
  "confirm",
  "document",
  "escape",
  "eval",
  "exports",
  "fetch",
  "global",
  "globalThis",
  "module",
  "prompt",
  "queueMicrotask",
  "require",
  "self",
  "setImmediate",
  "setInterval",
  "setTimeout",
  "unescape",
  "uneval",
]);

/**
 * All names of the runtime.
 *
 * @param constants Values that are the same in every evaluation, by name.
 */
export function createNames(constants: Readonly<Record<string, unknown>>): Names {
  const names = new Map<string, (environment: Environment) => unknown>([
    ["$now", ({ now }) => now],
    ["$today", ({ today }) => today],
    ["_", loadLodash],
    ...WORKFLOW_NAMES,
    ["hasOwnProperty", () => Object.prototype.hasOwnProperty],
    ["toString", () => Object.prototype.toString],
    ["valueOf", () => Object.prototype.valueOf],
    ["this", () => ({ process: {}, require: {}, module: {}, Buffer: {} })],
  ]);
  for (const [name, value] of Object.entries(constants)) names.set(name, () => value);
  return names;
}
