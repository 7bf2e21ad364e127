import { isScriptName } from "../scripts/fields.ts";

const LIBRARY_PREFIX = "@tenant/";

/** What imports of a library name. */
export function specifierOf(libraryName: string): string {
  return `${LIBRARY_PREFIX}${libraryName}`;
}

/** The library that an import names. @returns undefined for anything that can be none. */
export function readLibraryName(specifier: string): string | undefined {
  if (!specifier.startsWith(LIBRARY_PREFIX)) return undefined;
  const name = specifier.slice(LIBRARY_PREFIX.length);
  return isScriptName(name) ? name : undefined;
}
