/** How scripts, style sheets and workers of the pages are made. For development and `npm run build` only. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
} from "node:fs/promises";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { build } from "esbuild";
import type { BuildOptions } from "esbuild";
import { isCompressed } from "./file-types.ts";
import type { AssetGroup, AssetGroupName } from "./groups.ts";
import { trimMonaco } from "./trim-monaco.ts";

const WEB = fileURLToPath(new URL("..", import.meta.url));
const CACHE = fileURLToPath(new URL("../../../../../node_modules/.cache/skerry-assets", import.meta.url));

const MAX_UNUSED_MS = 7 * 24 * 60 * 60_000;

/** A file that was compressed at quality 9 is 4 % larger than at 11, and Monaco is ready in 2 s and not in 25. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
const GZIP = { level: 9 };

interface Recipe {
  /** Folders within `web/` whose files the group is made of, without tests. */
  readonly sources: readonly string[];
  /** Folders below them that belong to another group. */
  readonly except?: readonly string[];
  readonly packages: readonly string[];
  /** What is bundled, by the name of the file that comes out. */
  readonly entries: Readonly<Record<string, string>>;
  readonly options: BuildOptions;
}

const RECIPES: Readonly<Record<AssetGroupName, Recipe>> = {
  client: {
    sources: ["client"],
    except: ["client/editor"],
    packages: ["htmx.org"],
    entries: { main: "client/main.ts", chart: "client/chart.ts", embed: "client/embed.ts" },
    options: {},
  },
  editor: {
    sources: ["client/editor"],
    packages: ["monaco-editor"],
    entries: {
      editor: "client/editor/editor.ts",
      "script-worker": "client/editor/script-worker.ts",
      "json-worker": "monaco-editor/languages/features/json/json.worker",
      "text-worker": "monaco-editor/editor/editor.worker",
    },
    options: { loader: { ".ttf": "file" }, plugins: [trimMonaco] },
  },
  styles: {
    sources: ["styles"],
    packages: ["@fontsource-variable/geist", "@fontsource-variable/geist-mono"],
    entries: { main: "styles/index.css" },
    options: { loader: { ".woff2": "file" } },
  },
};

/** The group as the sources make it: built when it is opened, unless a build of the same sources is in the cache. */
export async function findSourceGroup(name: AssetGroupName): Promise<AssetGroup> {
  return {
    key: await hashInputs(RECIPES[name]),
    async open() {
      // Sources may have been changed since: what is in the cache is what its name says.
      const folder = join(CACHE, `${name}-${await hashInputs(RECIPES[name])}`);
      if (!existsSync(folder)) await buildInto(folder, name);
      const now = new Date();
      await utimes(folder, now, now);
      await forgetOld();
      return folder;
    },
  };
}

/** Several processes may build at once: what is in the cache is whole, because it came by a rename. */
async function buildInto(folder: string, name: AssetGroupName): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const made = await mkdtemp(join(CACHE, "building-"));
  try {
    await buildGroup(name, made);
    await rename(made, folder);
  } catch (error) {
    await rm(made, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}

/** Removes builds that nobody has opened for long; each change of a source leaves one. */
async function forgetOld(): Promise<void> {
  for (const name of await readdir(CACHE)) {
    const folder = join(CACHE, name);
    const openedAt = (await stat(folder).catch(() => undefined))?.mtimeMs ?? Date.now();
    if (openedAt < Date.now() - MAX_UNUSED_MS) await rm(folder, { recursive: true, force: true });
  }
}

/** Writes the files of a group, each with its compressed forms beside it. */
async function buildGroup(name: AssetGroupName, folder: string): Promise<void> {
  const { entries, options } = RECIPES[name];
  await build({
    entryPoints: { ...entries },
    outdir: folder,
    absWorkingDir: WEB,
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: ["es2024", "chrome123", "firefox125", "safari17.5"],
    assetNames: "[name]",
    legalComments: "external",
    logLevel: "silent",
    ...options,
  });
  const files = (await readdir(folder)).filter(isCompressed);
  await Promise.all(files.map((file) => compressFile(join(folder, file))));
  // The folder is made for this user alone; what is published is for all.
  await chmod(folder, 0o755);
}

async function compressFile(path: string): Promise<void> {
  const content = await readFile(path);
  await writeFile(`${path}.br`, await promisify(brotliCompress)(content, BROTLI));
  await writeFile(`${path}.gz`, await promisify(gzip)(content, GZIP));
}

/** A digest of all that the files are made of: equal inputs give equal files. */
async function hashInputs({ sources, except = [], packages }: Recipe): Promise<string> {
  const lists = await Promise.all(["assets", ...sources].map((folder) => listSources(folder, except)));
  const hash = createHash("sha256");
  for (const path of lists.flat().sort()) {
    hash
      .update(`${path}\0`)
      .update(await readFile(join(WEB, path)))
      .update("\0");
  }
  for (const name of ["esbuild", ...packages]) hash.update(`${name}@${await readVersion(name)}\0`);
  return hash.digest("hex").slice(0, 12);
}

async function listSources(folder: string, except: readonly string[]): Promise<string[]> {
  const entries = await readdir(join(WEB, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.includes(".test."))
    .map((entry) => relative(WEB, join(entry.parentPath, entry.name)))
    .filter((path) => !except.some((folder) => path.startsWith(`${folder}/`)));
}

/** Found by looking upwards, since not every package exports its own manifest. */
async function readVersion(name: string): Promise<string> {
  for (const folder of createRequire(import.meta.url).resolve.paths(name) ?? []) {
    const manifest = join(folder, name, "package.json");
    if (existsSync(manifest))
      return (JSON.parse(await readFile(manifest, "utf8")) as { version: string }).version;
  }
  throw new Error(`The package ${name} is not installed: run npm ci.`);
}
