import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compareWithGolden, writeGolden } from "./golden-images.ts";

/** How pages are looked at: on a wide screen in both themes, and on a phone. */
export const LOOKS = ["light", "dark", "phone"] as const;
export type Look = (typeof LOOKS)[number];

/** Golden screenshots are written instead of compared: what `npm run screenshots` wants. */
export const IS_WRITING = process.env["SKERRY_SCREENSHOTS"] === "write";

const FOLDER = new URL("golden/", import.meta.url);
/** Shows all of them side by side to whoever looks at the folder in a browser of repositories. */
const CONTACT_SHEET = "README.md";

/**
 * Share of a screenshot that may look otherwise: times, ids and figures are never the same, and on a phone one more
 * line of text moves all that is below. Without its style sheet the typical page is beyond both.
 */
const MOST_DIFFERENCE: Readonly<Record<Look, number>> = { light: 0.08, dark: 0.08, phone: 0.2 };

/** Keeps the screenshot, or compares it. @returns what is wrong with it. */
export async function checkLook(page: string, look: Look, screenshot: Uint8Array): Promise<string[]> {
  const path = pathOf(fileOf(page, look));
  if (IS_WRITING) {
    await mkdir(FOLDER, { recursive: true });
    await writeGolden(path, screenshot);
    return [];
  }
  const share = await compareWithGolden(path, screenshot);
  if (share === undefined) return ['there is no golden screenshot of it: run "npm run screenshots"'];
  if (share <= MOST_DIFFERENCE[look]) return [];
  const percent = (share * 100).toFixed(1);
  const seen = join(tmpdir(), `skerry-${fileOf(page, look)}`);
  await writeFile(seen, screenshot);
  return [
    `${percent} % of ${seen} look otherwise than ${path}: if that is meant, run "npm run screenshots" and look at them`,
  ];
}

/** Makes folder and contact sheet fit the pages that there are, or tells what does not fit. */
export async function checkFolder(pages: readonly string[]): Promise<string[]> {
  const wanted = new Set(pages.flatMap((page) => LOOKS.map((look) => fileOf(page, look))));
  const stale = (await readdir(FOLDER)).filter((name) => name !== CONTACT_SHEET && !wanted.has(name));
  const sheet = writeContactSheet(pages);
  if (IS_WRITING) {
    for (const name of stale) await rm(pathOf(name));
    await writeFile(pathOf(CONTACT_SHEET), sheet);
    return [];
  }
  const isCurrent = (await readFile(pathOf(CONTACT_SHEET), "utf8")) === sheet;
  return isCurrent ? stale : [...stale, CONTACT_SHEET];
}

function writeContactSheet(pages: readonly string[]): string {
  const parts = pages.toSorted().map((page) => {
    const images = LOOKS.map((look) => `<img src="${fileOf(page, look)}" alt="${look}" width="32%">`);
    return `## ${page}\n\n${images.join("\n")}\n`;
  });
  return `# Golden screenshots\n\nWritten by \`npm run screenshots\`.\n\n${parts.join("\n")}`;
}

function fileOf(page: string, look: Look): string {
  return `${page}.${look}.png`;
}

function pathOf(name: string): string {
  return fileURLToPath(new URL(name, FOLDER));
}
