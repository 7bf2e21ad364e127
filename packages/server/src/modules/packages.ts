import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import * as esbuild from "esbuild";
import { z } from "zod";
import { StartError } from "../main/errors.ts";
import { holdCompiler } from "../scripts/compile.ts";
import { findIntegrity, readJson } from "./lockfile.ts";
import type { VettedPackage, VettedPackages } from "./module.ts";

/** As npm allows new packages to be named. */
const NAME_PATTERN = /^(?:@[a-z0-9][\w.-]*\/)?[a-z0-9][\w.-]*$/;
const VERSION_PATTERN = /^\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$/;
const ENTRY_PATTERN = /^\.(?:\/[\w-][\w.-]*)+$/;
const MAX_NAME_LENGTH = 214;
const MAX_CODE_LENGTH = 2 * 1024 * 1024;

const packageOptions = z.strictObject({
  name: z
    .string()
    .max(MAX_NAME_LENGTH)
    .regex(NAME_PATTERN, "must be the name of an npm package")
    .refine((name) => !name.startsWith("@tenant/"), "must not be that of tenants' libraries"),
  version: z.string().regex(VERSION_PATTERN, "must be one exact version, such as 4.17.21"),
  entry: z
    .string()
    .max(MAX_NAME_LENGTH)
    .regex(ENTRY_PATTERN, "must be a path that the package exports, such as ./fp")
    .exactOptional(),
});

const packageList = z.array(packageOptions).max(1_000);

/** An npm package that scripts may import. */
export interface PackageOptions {
  readonly name: string;
  /** The exact version that has to be installed. */
  readonly version: string;
  /** What of the package, as it exports it: with `./fp` scripts import `lodash/fp`. Default the package itself. */
  readonly entry?: string;
}

/** Where the list of vetted packages comes from: a JSON file, or the host's own code. */
export type PackageSource = string | readonly PackageOptions[];

interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly sideEffects?: boolean | readonly string[];
}

/**
 * Bundles the packages that the host vetted. They are looked up as Node.js does, from the folder of the list, or from
 * the working directory for a list in code.
 *
 * @throws StartError `CONFIG_INVALID` for a list that is none, a package that is not installed in its version, and one
 * that needs what guests do not have, naming the import.
 */
export async function loadPackages(source: PackageSource | undefined): Promise<VettedPackages> {
  if (source === undefined) return new Map();
  const isFile = typeof source === "string";
  const from = isFile ? `of SKERRY_MODULES=${source}` : "given to createSkerry";
  const result = packageList.safeParse(isFile ? await readList(source) : source);
  if (!result.success) {
    const message = `The modules ${from} cannot be used:\n${z.prettifyError(result.error)}`;
    throw new StartError("CONFIG_INVALID", message);
  }
  await using _ = holdCompiler();
  const folder = isFile ? dirname(resolve(source)) : process.cwd();
  const packages = new Map<string, VettedPackage>();
  for (const options of result.data) {
    const vetted = await bundlePackage(options, folder);
    if (packages.has(vetted.specifier)) {
      throw new StartError("CONFIG_INVALID", `The modules ${from} have ${vetted.specifier} twice.`);
    }
    packages.set(vetted.specifier, vetted);
  }
  return packages;
}

async function readList(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(
      "CONFIG_INVALID",
      `The modules of SKERRY_MODULES=${path} cannot be read: ${reason}`,
      {
        cause: error,
      },
    );
  }
}

async function bundlePackage(
  { name, version, entry = "." }: PackageOptions,
  folder: string,
): Promise<VettedPackage> {
  const specifier = `${name}${entry.slice(1)}`;
  const { code, entryFile } = await bundle(specifier, folder);
  const found = await findManifest(name, dirname(entryFile));
  const installed = found?.manifest.version;
  if (found === undefined || installed !== version) {
    const message = `The module ${specifier} is vetted in version ${version}, but ${installed ?? "none"} is installed.`;
    throw new StartError("CONFIG_INVALID", message);
  }
  if (code.length > MAX_CODE_LENGTH) {
    const message = `The module ${specifier} is ${code.length} characters long; ${MAX_CODE_LENGTH} are the most.`;
    throw new StartError("CONFIG_INVALID", message);
  }
  return {
    specifier,
    version,
    code,
    checksum: createHash("sha256").update(code).digest(),
    integrity: await findIntegrity(found.folder),
    hasSideEffects: found.manifest.sideEffects !== false,
  };
}

interface Bundle {
  readonly code: string;
  readonly entryFile: string;
}

/** What exports in the way of CommonJS stays so: only then imports of single names find what is in it. */
async function bundle(specifier: string, folder: string, format: "esm" | "cjs" = "esm"): Promise<Bundle> {
  try {
    const { outputFiles, metafile } = await esbuild.build({
      entryPoints: [specifier],
      absWorkingDir: folder,
      outfile: "module.js",
      write: false,
      bundle: true,
      format,
      // Guests have neither Node.js nor a document; what packages offer to browsers comes closest.
      platform: "browser",
      conditions: ["module"],
      target: "es2024",
      charset: "utf8",
      define: { "process.env.NODE_ENV": '"production"' },
      minifySyntax: true,
      minifyIdentifiers: true,
      legalComments: "none",
      metafile: true,
      logLevel: "silent",
      tsconfigRaw: "{}",
      plugins: [resolveAsPackage(folder)],
    });
    const { entryPoint = "", imports = [] } = Object.values(metafile.outputs)[0] ?? {};
    const outside = imports.find(({ external }) => external === true);
    if (outside !== undefined) throw refuseImport(specifier, `It imports "${outside.path}".`);
    if (format === "esm" && metafile.inputs[entryPoint]?.format === "cjs") {
      return await bundle(specifier, folder, "cjs");
    }
    return { code: outputFiles[0]?.text ?? "", entryFile: resolve(folder, entryPoint) };
  } catch (error) {
    if (error instanceof StartError) throw error;
    const [first] = (error as Partial<esbuild.BuildFailure>).errors ?? [];
    if (first === undefined) throw error;
    const place = first.location === null ? "" : ` (${first.location.file}:${first.location.line})`;
    throw refuseImport(specifier, `${first.text}${place}.`);
  }
}

/** An entry of a build may be a file of that name; a package never is. */
function resolveAsPackage(folder: string): esbuild.Plugin {
  return {
    name: "resolve-as-package",
    setup(build) {
      build.onResolve({ filter: /.*/ }, async ({ kind, path }) =>
        kind === "entry-point"
          ? await build.resolve(path, { kind: "import-statement", resolveDir: folder })
          : undefined,
      );
    },
  };
}

function refuseImport(specifier: string, reason: string): StartError {
  const message = `The module ${specifier} cannot be bundled for scripts, which have no modules of Node.js. ${reason}`;
  return new StartError("CONFIG_INVALID", message);
}

/** The package that a folder belongs to, if it has this name. */
async function findManifest(
  name: string,
  start: string,
): Promise<{ readonly folder: string; readonly manifest: Manifest } | undefined> {
  for (let folder = start; folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = await readJson<Manifest>(join(folder, "package.json"));
    if (manifest?.name === name) return { folder, manifest };
  }
  return undefined;
}
