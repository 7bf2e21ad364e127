import { access, cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { listParts } from "./components.ts";
import type { Bill, Component, Parts } from "./components.ts";
import { readManifest, RELEASE_FOLDER } from "./packages.ts";
import type { PackageManifest } from "./packages.ts";

/** The condition under which packages of this repository resolve to each other's sources; nothing published has those. */
const SOURCE_CONDITION = "@skerry/source";

/**
 * Writes the folder that is published: what `npm run build` made of the package, its manifest without what is for
 * development alone, the licence, the notices of bundled code and the bill of materials.
 *
 * @returns the folder.
 */
export async function stagePackage(root: string, folder: string, bill: Bill): Promise<string> {
  const source = join(root, "packages", folder);
  const target = join(source, RELEASE_FOLDER);
  const manifest = await readManifest(source);
  const parts = await listParts(root, folder, bill);
  await rm(target, { recursive: true, force: true });
  await mkdir(target);
  for (const name of [...manifest.files, "README.md"]) {
    await cp(join(source, name), join(target, name), { recursive: true });
  }
  await cp(join(root, "LICENSE"), join(target, "LICENSE"));
  await writeFile(join(target, "package.json"), formatJson(publishManifest(manifest)));
  await writeFile(join(target, "sbom.cdx.json"), formatJson(describeParts(manifest, parts, bill)));
  if (parts.bundled.length > 0) {
    await writeFile(join(target, "THIRD-PARTY-NOTICES.txt"), await collectNotices(source, parts.bundled));
  }
  return target;
}

const OF_DEVELOPMENT: ReadonlySet<string> = new Set(["devDependencies", "publishConfig", "scripts"]);

/** The manifest as others get it. */
export function publishManifest(manifest: PackageManifest): object {
  const { exports, imports } = manifest;
  const published = Object.entries(manifest).filter(([name]) => !OF_DEVELOPMENT.has(name));
  return {
    ...Object.fromEntries(published),
    files: [...manifest.files, "sbom.cdx.json", "THIRD-PARTY-NOTICES.txt"],
    exports: withoutSources(exports),
    ...(imports && { imports: withoutSources(imports) }),
  };
}

/** Entries that are left with nothing were for development alone. */
function withoutSources(entries: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const left = Object.entries(entries)
    .filter(([name]) => name !== SOURCE_CONDITION)
    .map(([name, value]) => [name, isEntries(value) ? withoutSources(value) : value] as const)
    .filter(([, value]) => !isEntries(value) || Object.keys(value).length > 0);
  return Object.fromEntries(left);
}

function isEntries(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** CycloneDX 1.5. Parts that are bundled are marked, since an installation does not show them. */
function describeParts(manifest: PackageManifest, { components, bundled }: Parts, bill: Bill): object {
  const isBundled = new Set(bundled);
  const refs = new Set(components.map((component) => component["bom-ref"]));
  const ref = `${manifest.name}@${manifest.version}`;
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    version: 1,
    metadata: {
      tools: bill.metadata.tools,
      component: { "bom-ref": ref, type: "library", name: manifest.name, version: manifest.version },
    },
    components: components.map((component) =>
      isBundled.has(component)
        ? { ...component, properties: [{ name: "cdx:npm:package:bundled", value: "true" }] }
        : component,
    ),
    dependencies: bill.dependencies
      .filter((dependency) => dependency.ref === ref || refs.has(dependency.ref))
      .map((dependency) => ({
        ...dependency,
        dependsOn: dependency.dependsOn.filter((each) => refs.has(each)),
      })),
  };
}

/** Most licences ask that their text goes with every copy; a bundle has no folder of its own to keep it in. */
async function collectNotices(source: string, bundled: readonly Component[]): Promise<string> {
  const notices: string[] = ["Code of these packages is in the bundles of this one.\n"];
  for (const { name, version } of bundled) {
    const text = await readLicence(source, name);
    if (text !== undefined) notices.push(`${"-".repeat(80)}\n${name} ${version}\n\n${text.trim()}\n`);
  }
  return notices.join("\n");
}

/** @returns undefined for packages of types alone, which need not be installed. */
async function readLicence(source: string, name: string): Promise<string | undefined> {
  const folders = createRequire(join(source, "package.json")).resolve.paths(name) ?? [];
  for (const folder of folders.map((each) => join(each, name))) {
    const isThere = await access(folder).then(
      () => true,
      () => false,
    );
    if (!isThere) continue;
    const file = (await readdir(folder)).find((each) => /^licen[cs]e/i.test(each));
    if (file !== undefined) return await readFile(join(folder, file), "utf8");
    throw new Error(`${name} is bundled, and has no licence file in ${dirname(folder)}`);
  }
  return undefined;
}

function formatJson(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
