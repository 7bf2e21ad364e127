import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { AssetGroup, AssetGroupName } from "../web/assets/groups.ts";

const ASSETS = new URL("../assets/", import.meta.url);

/** The key of each group. */
type AssetManifest = Readonly<Record<AssetGroupName, string>>;

let manifest: Promise<AssetManifest> | undefined;
let bundle: Promise<string> | undefined;

/** The guest runtime as one classic script, as `npm run build` wrote it beside this file. */
export function guestBundle(): Promise<string> {
  bundle ??= readFile(new URL("./guest.js", import.meta.url), "utf8");
  return bundle;
}

/** A group of files for browsers, as `npm run build` wrote it to `dist/assets`. */
export async function findAssetGroup(name: AssetGroupName): Promise<AssetGroup> {
  manifest ??= readFile(new URL("manifest.json", ASSETS), "utf8").then(
    (text) => JSON.parse(text) as AssetManifest,
  );
  const key = (await manifest)[name];
  const folder = fileURLToPath(new URL(`${name}-${key}`, ASSETS));
  return { key, open: () => Promise.resolve(folder) };
}
