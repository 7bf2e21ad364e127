import { readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { format, resolveConfig } from "prettier";
import type { Finding } from "./finding.ts";

/** A page of which some parts are made, each between the marks `<!-- generated: NAME -->` and `<!-- end: NAME -->`. */
export interface PartlyGenerated {
  /** Relative to the repository. */
  readonly file: string;
  /** The check that compares it, for the hint. */
  readonly step: string;
  /** What the parts are made of, for the hint. */
  readonly source: string;
  /** Markdown, by the names of the parts. */
  readonly parts: Readonly<Record<string, (root: string) => string | Promise<string>>>;
}

/** Tells whether the parts of the page are what they would be made now. */
export async function checkParts(root: string, page: PartlyGenerated): Promise<Finding[]> {
  const { file, step, source, parts } = page;
  const found = await readFile(join(root, file), "utf8").catch(() => "");
  const missing = Object.keys(parts).filter((name) => !rangeOf(name).test(found));
  if (missing.length > 0) {
    return [{ file, message: `lacks the marks of ${missing.map((name) => `"${name}"`).join(", ")}` }];
  }
  if (found === (await render(root, found, page))) return [];
  return [{ file, message: `differs from ${source}; run "npm run check -- --only=${step} --write"` }];
}

/** Makes the parts of the page anew, and leaves the rest alone. */
export async function writeParts(root: string, page: PartlyGenerated): Promise<void> {
  const file = join(root, page.file);
  await writeFile(file, await render(root, await readFile(file, "utf8"), page));
}

async function render(root: string, found: string, { file, parts }: PartlyGenerated): Promise<string> {
  let text = found;
  for (const [name, write] of Object.entries(parts)) {
    const part = await write(root);
    text = text.replace(
      rangeOf(name),
      (_, opening: string, closing: string) => `${opening}\n\n${part}\n\n${closing}`,
    );
  }
  const options = await resolveConfig(join(root, basename(file)));
  return format(text, { ...options, parser: "markdown" });
}

function rangeOf(name: string): RegExp {
  return new RegExp(`(<!-- generated: ${name} -->)[^]*?(<!-- end: ${name} -->)`);
}
