import { EXTENSIONS, namesOf } from "../extensions/guest/index.ts";
import type { HostExtension } from "./extension.ts";
import type { HostLibrary } from "./library.ts";

/** What a host adds to the language. */
export interface Additions {
  /** Functions that expressions call like methods. Default: none. */
  readonly extensions?: readonly HostExtension[] | undefined;
  /** Libraries that expressions know by name. Default: none. */
  readonly libraries?: readonly HostLibrary[] | undefined;
}

/** The names of all extension functions, those of the host and aliases included. */
export function extensionNamesWith({ extensions = [] }: Additions): ReadonlySet<string> {
  return namesOf([...EXTENSIONS, ...extensions]);
}

/** What a host's functions and libraries are called in expressions. */
export function addedNamesOf({ extensions = [], libraries = [] }: Additions): ReadonlySet<string> {
  return new Set([...namesOf(extensions), ...libraries.map(({ name }) => name)]);
}

/** Whether a path, as `describeTemplate` gives it, begins with a library and so leads to no data. */
export function isPathOfLibrary(path: string, libraries: readonly HostLibrary[]): boolean {
  const root = /^[^.[(]*/.exec(path)?.[0];
  return libraries.some(({ name }) => name === root);
}

/**
 * Script that leaves a host's additions for the runtime's script, which takes them and must run after it; nothing
 * where there are none. See `runtime/guest/additions.ts`.
 *
 * @throws TypeError when two additions have the same name.
 */
export function writeAdditions({ extensions = [], libraries = [] }: Additions): string {
  requireUnique(
    extensions.flatMap(({ on, name, aliases = [] }) => [name, ...aliases].map((each) => `${on}.${each}`)),
  );
  requireUnique(libraries.map(({ name }) => name));
  if (extensions.length === 0 && libraries.length === 0) return "";
  return [
    "globalThis.__expressionAdditions = {",
    `extensions: (() => { "use strict"; return [${extensions.map(writeExtension).join(",\n")}] })(),`,
    `libraries: [${libraries.map(writeLibrary).join(",\n")}],`,
    "};\n",
  ].join("\n");
}

function writeExtension({ on, name, aliases = [], source }: HostExtension): string {
  const names = JSON.stringify({ on, name, aliases });
  return `{ ...${names}, run: ${source} }`;
}

/** Its variables stay its own. `this` is the global object, as in any classic script. */
function writeLibrary({ name, script }: HostLibrary): string {
  const value = `typeof ${name} === "undefined" ? globalThis[${JSON.stringify(name)}] : ${name}`;
  return `{ name: ${JSON.stringify(name)}, value: (function () {${script}\n;return ${value};}).call(globalThis) }`;
}

function requireUnique(names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new TypeError(`${twice} is added twice`);
}
