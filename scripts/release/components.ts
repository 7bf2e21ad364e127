import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { findBundled, listDependencies, PUBLISHED_PACKAGES, readManifest } from "./packages.ts";

/** A bill of materials as npm writes it. Format: CycloneDX 1.5, JSON. */
export interface Bill {
  readonly metadata: { readonly tools: unknown };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

export interface Component {
  readonly "bom-ref": string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly licenses?: readonly License[];
}

/** A licence by its SPDX id, or several by an SPDX expression. */
export type License =
  { readonly license: { readonly id?: string; readonly name?: string } } | { readonly expression: string };

/** What comes with one of our packages. */
export interface Parts {
  /** Installed beside it, or in its bundles; sorted by name. Our own packages are among them. */
  readonly components: readonly Component[];
  /** Those of them whose code is in its bundles. */
  readonly bundled: readonly Component[];
}

/** Everything in the lock file, with licences. Asks no registry. */
export async function readBill(root: string): Promise<Bill> {
  const words = ["sbom", "--sbom-format=cyclonedx", "--package-lock-only"];
  const { stdout } = await promisify(execFile)("npm", words, { cwd: root, maxBuffer: 64 * 1024 * 1024 });
  const bill = JSON.parse(stdout) as Bill;
  // npm calls a workspace by its folder.
  const components = bill.components.map((component) => ({
    ...component,
    name: component["bom-ref"].slice(0, component["bom-ref"].lastIndexOf("@")),
  }));
  return { ...bill, components };
}

/** What whoever installs the package of this folder of `packages/` gets with it, and what of that is bundled. */
export async function listParts(root: string, folder: string, bill: Bill): Promise<Parts> {
  const edges = new Map(bill.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
  let shipped: readonly string[] = [];
  let bundled: readonly string[] = [];
  // Of our own packages npm tells what they are developed with as well: the manifests tell what is shipped.
  for (const each of PUBLISHED_PACKAGES) {
    const place = join(root, "packages", each);
    const manifest = await readManifest(place);
    const ref = `${manifest.name}@${manifest.version}`;
    const bundledNames = await findBundled(place, manifest);
    const refsOf = (names: readonly string[]): string[] =>
      (edges.get(ref) ?? []).filter((part) => names.some((name) => part.startsWith(`${name}@`)));
    const parts = refsOf([...listDependencies(manifest), ...bundledNames]);
    edges.set(ref, parts);
    if (each === folder) [shipped, bundled] = [parts, refsOf(bundledNames)];
  }
  const refs = reach(edges, shipped);
  const bundledRefs = reach(edges, bundled);
  const components = bill.components
    .filter((component) => refs.has(component["bom-ref"]))
    .toSorted((a, b) => a["bom-ref"].localeCompare(b["bom-ref"], "en"));
  return { components, bundled: components.filter((component) => bundledRefs.has(component["bom-ref"])) };
}

/** All that can be reached, the beginnings included. */
function reach(edges: ReadonlyMap<string, readonly string[]>, from: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [...from];
  for (let ref = open.pop(); ref !== undefined; ref = open.pop()) {
    if (found.has(ref)) continue;
    found.add(ref);
    open.push(...(edges.get(ref) ?? []));
  }
  return found;
}
