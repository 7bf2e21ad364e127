import { listParts, readBill } from "../release/components.ts";
import type { License } from "../release/components.ts";
import { PUBLISHED_PACKAGES } from "../release/packages.ts";
import type { Finding } from "./finding.ts";

/**
 * Licences, by their SPDX ids, that let whoever embeds Skerry pass it on under terms of their own: they ask for a
 * notice at most. Weak copyleft (MPL, LGPL) would bind changes of the file or the library, so it is no part of it.
 */
const PERMISSIVE: ReadonlySet<string> = new Set([
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "ISC",
  "MIT",
  "MIT-0",
  "PostgreSQL",
]);

/** For fonts alone: a program under it could not be changed under the same name. */
const FONT_LICENCE = "OFL-1.1";
const FONT_PACKAGES = /^@fontsource/;

/** What npm cannot tell, read from the package itself. htmx spells the id of the Zero-Clause BSD in a way of its own. */
const READ_BY_HAND: ReadonlyMap<string, readonly License[]> = new Map([
  ["htmx.org", [{ license: { id: "0BSD" } }]],
]);

/** Finds what is published with our packages, or installed by them, under a licence that binds who embeds it. */
export async function checkLicences(root: string): Promise<Finding[]> {
  const bill = await readBill(root);
  const findings = new Map<string, Finding>();
  let count = 0;
  for (const folder of PUBLISHED_PACKAGES) {
    const file = `packages/${folder}/package.json`;
    const { components } = await listParts(root, folder, bill);
    count += components.length;
    for (const { name, version, licenses } of components) {
      const refusal = refuseLicences(name, licenses ?? []);
      if (refusal !== undefined)
        findings.set(`${name}@${version}`, { file, message: `${name}@${version} ${refusal}` });
    }
  }
  const note = {
    file: "package-lock.json",
    message: `${count} licences of shipped parts are permissive`,
    isNote: true,
  };
  return findings.size > 0 ? [...findings.values()] : [note];
}

/** @returns undefined for a package under a licence that fits. */
export function refuseLicences(name: string, licenses: readonly License[]): string | undefined {
  const known = licenses.length > 0 ? licenses : (READ_BY_HAND.get(name) ?? []);
  if (known.length === 0) return "names no licence";
  const bad = known.map(readChoices).find((ids) => !ids.some((id) => isFit(name, id)));
  return bad && `is under ${bad.join(" or ")}, which is not on the list of scripts/checks/licences.ts`;
}

function isFit(name: string, id: string): boolean {
  return PERMISSIVE.has(id) || (id === FONT_LICENCE && FONT_PACKAGES.test(name));
}

/** The licences that one may choose from. An expression with `AND` is one choice, and on no list. */
function readChoices(license: License): string[] {
  if ("license" in license) return [license.license.id ?? license.license.name ?? "an unknown licence"];
  return license.expression.replaceAll(/^\(|\)$/g, "").split(" OR ");
}
