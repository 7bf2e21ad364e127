import { glob, readFile } from "node:fs/promises";
import { join, sep } from "node:path";

/** What of a `package.json` matters here. */
export interface PackageManifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly files: readonly string[];
  readonly exports: Readonly<Record<string, unknown>>;
  readonly imports?: Readonly<Record<string, unknown>>;
  readonly publishConfig?: Readonly<Record<string, unknown>>;
}

/** The packages that are published, in the order of their arrows. Each is a folder of `packages/`. */
export const PUBLISHED_PACKAGES = ["sandbox", "expressions", "client", "server"] as const;

/** Where a package lies as it is published, below its own folder; `publishConfig.directory` names it. */
export const RELEASE_FOLDER = "release";

export async function readManifest(folder: string): Promise<PackageManifest> {
  return JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as PackageManifest;
}

/** Names of what npm installs with a package. */
export function listDependencies({ dependencies, optionalDependencies }: PackageManifest): string[] {
  return Object.keys({ ...dependencies, ...optionalDependencies });
}

/**
 * Development dependencies that our sources use as values: their code is in our bundles, so whoever gets the package
 * gets them too, and no `dependencies` says so.
 */
export async function findBundled(folder: string, manifest: PackageManifest): Promise<string[]> {
  const imported = await readImports(join(folder, "src"));
  return Object.keys(manifest.devDependencies ?? {}).filter(
    (name) => imported.has(name) || SOURCES_OF_TABLES.has(name),
  );
}

/** How a source, or a style sheet, names a package. */
const IMPORTS = [
  /\bimport\s+(?!type\b)[^"';]*?\bfrom\s*"([^".][^"]*)"/g,
  /\bimport\s*\(?\s*"([^".][^"]*)"/g,
  /\bexport\s+(?!type\b)[^"';]*?\bfrom\s*"([^".][^"]*)"/g,
  /\brequire\("([^".][^"]*)"\)/g,
  /@import\s+"([^".][^"]*)"/g,
  /\burl\("([^".][^"]*)"\)/g,
];

/** Packages that tables in our sources were made from. */
const SOURCES_OF_TABLES: ReadonlySet<string> = new Set(["transliteration"]);

async function readImports(folder: string): Promise<Set<string>> {
  const names = new Set<string>();
  for await (const path of glob("**/*.{ts,tsx,css}", { cwd: folder })) {
    if (path.endsWith(".test.ts") || path.split(sep).includes("test")) continue;
    const text = await readFile(join(folder, path), "utf8");
    for (const pattern of IMPORTS) {
      for (const [, specifier = ""] of text.matchAll(pattern)) names.add(readPackageName(specifier));
    }
  }
  return names;
}

/** The package of `@scope/name/path` or `name/path`. */
function readPackageName(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}
