import type { OnLoadResult, OnResolveArgs, OnResolveResult, Plugin } from "esbuild";
import { SkerryError } from "../problems/errors.ts";
import type { BundledModule, Library, VettedPackage, VettedPackages } from "./module.ts";
import { readLibraryName, specifierOf } from "./specifier.ts";

/** The compiler opens the file that the last such comment of a source names, whatever it is. It must not be the author's. */
export const NO_SOURCE_MAP = "//# sourceMappingURL=data:application/json,{}";
/** Maps but an empty line that stands before a package: stacks leave out what packages do. */
const PACKAGE_SOURCE_MAP = `//# sourceMappingURL=data:application/json;base64,${btoa(
  JSON.stringify({ version: 3, sources: ["package"], sourcesContent: [""], names: [], mappings: "AAAA" }),
)}`;

const MAX_LIBRARIES = 50;
const MAX_SOURCE_BYTES = 4 * 1024 * 1024;
const MAX_TOLD_LENGTH = 100;

const LIBRARY_SPACE = "library";
const PACKAGE_SPACE = "package";
/** The script that is compiled, where it is no library. */
const ENTRY = "";

/** Gives one compilation what its source and the libraries import, and nothing else. */
export interface Linker {
  /** Resolves every import by itself, so that the compiler looks for none. */
  readonly plugin: Plugin;
  /** The libraries that imports named and that the linker does not have yet. */
  listMissing(): readonly string[];
  /**
   * Takes libraries in. Those that are missing still are refused where they are imported.
   *
   * @throws SkerryError `MODULE_LIMIT`.
   */
  add(libraries: readonly Library[]): void;
  /** @throws SkerryError `MODULE_CYCLE` that names the circle. */
  refuseCycle(): void;
  /** All that was imported, in the order of what imports name. */
  listModules(): readonly BundledModule[];
}

/** @param libraryName of the script that is compiled, where it is a library. */
export function createLinker(packages: VettedPackages, libraryName: string = ENTRY): Linker {
  const libraries = new Map<string, Library>();
  const usedPackages = new Set<string>();
  /** By the name of the importing library. */
  const imports = new Map<string, Set<string>>();
  /** Libraries that there are not. */
  const absent = new Set<string>();

  function resolve(wanted: OnResolveArgs): OnResolveResult {
    const { path, namespace, importer } = wanted;
    if (!isPlainImport(wanted)) return refuse("MODULE_NOT_ALLOWED", describeRefusal(path, packages));
    const vetted = packages.get(path);
    if (vetted !== undefined) {
      usedPackages.add(path);
      return { path, namespace: PACKAGE_SPACE, sideEffects: vetted.hasSideEffects };
    }
    const name = readLibraryName(path);
    if (name === undefined) return refuse("MODULE_NOT_ALLOWED", describeRefusal(path, packages));
    if (absent.has(name)) return refuse("MODULE_NOT_FOUND", `The tenant has no published library ${name}`);
    const from = namespace === LIBRARY_SPACE ? importer : libraryName;
    imports.set(from, (imports.get(from) ?? new Set()).add(name));
    // What is missing stays outside of this attempt, of which nothing is kept.
    return libraries.has(name) ? { path: name, namespace: LIBRARY_SPACE } : { path, external: true };
  }

  function loadLibrary(name: string): OnLoadResult | undefined {
    const library = libraries.get(name);
    return library && { contents: `${library.source}\n${NO_SOURCE_MAP}`, loader: library.language };
  }

  function loadPackage(specifier: string): OnLoadResult | undefined {
    const vetted = packages.get(specifier);
    return vetted && { contents: `\n${vetted.code}\n${PACKAGE_SOURCE_MAP}`, loader: "js" };
  }

  function listMissing(): readonly string[] {
    const named = new Set([...imports.values()].flatMap((names) => [...names]));
    return [...named].filter((name) => !libraries.has(name) && !absent.has(name) && name !== libraryName);
  }

  return {
    plugin: {
      name: "modules",
      setup(build) {
        build.onResolve({ filter: /.*/ }, resolve);
        build.onLoad({ filter: /.*/, namespace: LIBRARY_SPACE }, ({ path }) => loadLibrary(path));
        build.onLoad({ filter: /.*/, namespace: PACKAGE_SPACE }, ({ path }) => loadPackage(path));
        // Whatever else the compiler found by itself is a file of this machine.
        build.onLoad({ filter: /.*/ }, ({ path }) =>
          refuse("MODULE_NOT_ALLOWED", describeRefusal(path, packages)),
        );
      },
    },
    listMissing,
    add(found) {
      const missing = new Set(listMissing());
      for (const library of found) {
        if (missing.delete(library.name)) libraries.set(library.name, library);
      }
      for (const name of missing) absent.add(name);
      requireModest([...libraries.values()]);
    },
    refuseCycle() {
      const cycle = findCycle(imports, libraryName);
      if (cycle === undefined) return;
      const path = cycle.map(specifierOf).join(" → ");
      throw new SkerryError("MODULE_CYCLE", `Libraries import each other in a circle: ${path}.`);
    },
    listModules() {
      const all = [
        ...[...libraries.values()].map(describeLibrary),
        ...[...usedPackages].flatMap((specifier) => packages.get(specifier) ?? []).map(describePackage),
      ];
      return all.toSorted((a, b) => (a.specifier < b.specifier ? -1 : 1));
    },
  };
}

/** The names that a source map has for libraries, as imports write them. */
export function nameSources(sourceMap: string): string {
  const map = JSON.parse(sourceMap) as { readonly sources: readonly string[] };
  const prefix = `${LIBRARY_SPACE}:`;
  const rename = (source: string): string =>
    source.startsWith(prefix) ? specifierOf(source.slice(prefix.length)) : source;
  return JSON.stringify({ ...map, sources: map.sources.map(rename) });
}

function isPlainImport({ kind, with: attributes }: OnResolveArgs): boolean {
  const isImport = kind === "import-statement" || kind === "dynamic-import";
  return isImport && Object.keys(attributes).length === 0;
}

function refuse(code: string, text: string): OnResolveResult & OnLoadResult {
  return { errors: [{ text, detail: code }] };
}

function describeRefusal(path: string, packages: VettedPackages): string {
  const named = JSON.stringify(path.slice(0, MAX_TOLD_LENGTH));
  const vetted = [...packages.keys()].map((specifier) => JSON.stringify(specifier)).join(", ");
  const allowed = `libraries of its tenant as "@tenant/NAME"${vetted === "" ? "" : `, and ${vetted}`}`;
  return `A script cannot import ${named}. It can import ${allowed}, by a plain import`;
}

/** @throws SkerryError `MODULE_LIMIT`. */
function requireModest(libraries: readonly Library[]): void {
  if (libraries.length > MAX_LIBRARIES) {
    const message = `The script imports ${libraries.length} libraries; ${MAX_LIBRARIES} are the most.`;
    throw new SkerryError("MODULE_LIMIT", message);
  }
  const bytes = libraries.reduce((sum, { source }) => sum + Buffer.byteLength(source), 0);
  if (bytes <= MAX_SOURCE_BYTES) return;
  const message = `The libraries of the script have ${bytes} bytes of source; ${MAX_SOURCE_BYTES} are the most.`;
  throw new SkerryError("MODULE_LIMIT", message);
}

/** @returns the first circle that can be reached, its first name repeated at the end. */
function findCycle(imports: ReadonlyMap<string, ReadonlySet<string>>, entry: string): string[] | undefined {
  const done = new Set<string>();
  const visit = (name: string, trail: readonly string[]): string[] | undefined => {
    const place = trail.indexOf(name);
    if (place >= 0) return [...trail.slice(place), name];
    if (done.has(name)) return undefined;
    for (const next of imports.get(name) ?? []) {
      const cycle = visit(next, [...trail, name]);
      if (cycle !== undefined) return cycle;
    }
    done.add(name);
    return undefined;
  };
  return visit(entry, []);
}

function describeLibrary({ id, name, version, checksum, source }: Library): BundledModule {
  const bytes = Buffer.byteLength(source);
  return {
    specifier: specifierOf(name),
    libraryId: id,
    version: String(version),
    checksum,
    integrity: null,
    bytes,
  };
}

function describePackage({ specifier, version, checksum, integrity, code }: VettedPackage): BundledModule {
  const bytes = Buffer.byteLength(code);
  return { specifier, libraryId: null, version, checksum, integrity, bytes };
}
