import { readFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";

interface Lockfile {
  readonly packages?: Readonly<Record<string, { readonly integrity?: string } | undefined>>;
}

/**
 * What the nearest `package-lock.json` above a package's folder says of it (npm's lockfile version 2 or 3).
 *
 * @returns Subresource Integrity, such as `sha512-…`; null where there is no such lockfile or it does not tell.
 */
export async function findIntegrity(packageFolder: string): Promise<string | null> {
  for (let folder = dirname(packageFolder); folder !== dirname(folder); folder = dirname(folder)) {
    const lockfile = await readJson<Lockfile>(join(folder, "package-lock.json"));
    if (lockfile === undefined) continue;
    const key = relative(folder, packageFolder).replaceAll(sep, "/");
    return lockfile.packages?.[key]?.integrity ?? null;
  }
  return null;
}

/** @returns undefined when there is no such file, or no JSON in it. */
export async function readJson<Value>(path: string): Promise<Value | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as Value;
  } catch {
    return undefined;
  }
}
