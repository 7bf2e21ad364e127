import { CONTEXT_NAMES, LANGUAGE_NAMES } from "../compiler/names.ts";
import { parseChunk } from "../compiler/chunk-parser.ts";

/** How a host describes a library for expressions. */
export interface LibraryOptions {
  /** The global that the script makes, by which expressions know the library. */
  readonly name: string;
  /** Markdown. The first sentence stands alone in lists. */
  readonly description: string;
  /**
   * JavaScript that runs once in each realm, before any expression: a classic script that leaves its value in a
   * variable, or global, of that name, e.g. what a bundler makes as IIFE or UMD.
   */
  readonly script: string;
  /** TypeScript declarations for editors. Default: a constant of type `any`. */
  readonly types?: string;
}

/** A library of the host; {@link defineLibrary} makes it. */
export interface HostLibrary extends LibraryOptions {
  readonly types: string;
}

/**
 * Defines a library that expressions can use by its name. Give it to an evaluator as one of its `libraries`, and to
 * editor services likewise.
 *
 * The realm is frozen when the scripts have run, the library with it: what must change itself while it is used does not
 * work. Data of the host that has the same name is hidden.
 *
 * @throws TypeError for a name that is taken or no name, and for a script that cannot be parsed.
 */
export function defineLibrary(options: LibraryOptions): HostLibrary {
  const { name, script } = options;
  if (!isVariableName(name)) {
    throw new TypeError(`${JSON.stringify(name)} is no name for a library: it must be an identifier`);
  }
  if (LANGUAGE_NAMES.has(name) || CONTEXT_NAMES.has(name)) {
    throw new TypeError(`a library cannot be called ${name}: expressions know something else by that name`);
  }
  requireScript(name, script);
  return Object.freeze({ types: `declare const ${name}: any;`, ...options });
}

function isVariableName(name: string): boolean {
  try {
    const node = parseChunk(name);
    return node.type === "Identifier" && node.name === name;
  } catch {
    return false;
  }
}

function requireScript(name: string, script: string): void {
  try {
    parseChunk(`(function () {${script}\n})`);
  } catch (error) {
    throw new TypeError(`the script of the library ${name} cannot be parsed: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
