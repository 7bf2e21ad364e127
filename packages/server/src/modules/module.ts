import type { ScriptLanguage } from "../db/schema.ts";

/** A script of type `library` as it is published. */
export interface Library {
  /** Of the script. */
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly language: ScriptLanguage;
  readonly source: string;
  /** Of the version. */
  readonly checksum: Buffer;
}

/** An npm package that the host lets scripts import, as one module for guests. */
export interface VettedPackage {
  /** What imports name: `lodash`, or `lodash/fp` for an entry of its own. */
  readonly specifier: string;
  /** The package's own. */
  readonly version: string;
  readonly code: string;
  /** SHA-256 of the code. */
  readonly checksum: Buffer;
  /** What the host's lockfile says of the package, as Subresource Integrity; null where there is none. */
  readonly integrity: string | null;
  /** Whether it has to run where nothing of it is used. */
  readonly hasSideEffects: boolean;
}

/** Packages by what imports name. */
export type VettedPackages = ReadonlyMap<string, VettedPackage>;

/** All that a script can import. */
export interface ModuleSource {
  readonly packages: VettedPackages;
  /** @returns those of the names that are published libraries. */
  findLibraries(names: readonly string[]): Promise<readonly Library[]>;
}

/** A module that is part of a compiled script. */
export interface BundledModule {
  /** As imports write it. */
  readonly specifier: string;
  /** The script's; null for a package. */
  readonly libraryId: string | null;
  /** The number of a library's, or the package's own. */
  readonly version: string;
  readonly checksum: Buffer;
  readonly integrity: string | null;
  /** Of a library's source or a package's bundle. */
  readonly bytes: number;
}

/** Where nothing can be imported. */
export const NO_MODULES: ModuleSource = {
  packages: new Map(),
  findLibraries: () => Promise.resolve([]),
};
