import { readFile, stat } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import { listDocuments } from "./documents.ts";
import type { Finding } from "./finding.ts";

const INDEX = "docs/README.md";

/** A link of a document to something in the repository. */
interface Link {
  readonly line: number;
  /** As it is written: `limits.md#quotas-of-a-tenant`. */
  readonly target: string;
}

/**
 * Follows every relative link of every document, to its heading too. What lies outside of the repository is not asked.
 * Each page of `docs/` has to be linked by its index.
 */
export async function checkLinks(root: string): Promise<Finding[]> {
  const documents = await listDocuments(root);
  const findings: Finding[] = [];
  const indexed = new Set<string>();
  for (const file of documents) {
    for (const { line, target } of readLinks(await readFile(join(root, file), "utf8"))) {
      const [path = "", anchor] = target.split("#");
      const to = path === "" ? file : posix.join(dirname(file), decodeURI(path)).replace(/\/$/, "");
      if (file === INDEX) indexed.add(to);
      const message = await checkTarget(root, to, anchor);
      if (message !== undefined) findings.push({ file, line, message: `[…](${target}): ${message}` });
    }
  }
  for (const file of documents) {
    if (dirname(file) !== "docs" || file === INDEX || indexed.has(file)) continue;
    findings.push({ file: INDEX, message: `does not link ${file}` });
  }
  return findings;
}

async function checkTarget(
  root: string,
  path: string,
  anchor: string | undefined,
): Promise<string | undefined> {
  const place = await stat(join(root, path)).catch(() => undefined);
  if (place === undefined) return `there is no ${path}`;
  if (anchor === undefined || !path.endsWith(".md")) return undefined;
  const anchors = readAnchors(await readFile(join(root, path), "utf8"));
  return anchors.has(anchor) ? undefined : `there is no heading #${anchor} in ${path}`;
}

/** Links that lead elsewhere than to other sites, outside of code. */
export function readLinks(text: string): Link[] {
  return readProse(text).flatMap((prose, index) => {
    const inline = prose.replaceAll(/`[^`]*`/g, (code) => " ".repeat(code.length));
    const targets = [...inline.matchAll(/\]\(([^()\s]+)\)|^\[[^\]]+\]:\s*(\S+)/g)];
    return targets
      .map(([, target, reference]) => ({ line: index + 1, target: target ?? reference ?? "" }))
      .filter(({ target }) => !/^[a-z][a-z+.-]*:/.test(target));
  });
}

/** The anchors of a document's headings, as GitHub makes them. */
function readAnchors(text: string): Set<string> {
  const anchors = new Set<string>();
  for (const line of readProse(text)) {
    const heading = /^#{1,6} (.*)$/.exec(line)?.[1];
    if (heading === undefined) continue;
    const plain = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const slug = plain
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replaceAll(/\s/g, "-");
    let anchor = slug;
    for (let count = 1; anchors.has(anchor); count += 1) anchor = `${slug}-${count}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** The lines of a document, with those of fenced blocks emptied. */
function readProse(text: string): string[] {
  let fence: string | undefined;
  return text.split("\n").map((line) => {
    const ticks = /^ *(`{3,})/.exec(line)?.[1];
    if (fence === undefined && ticks !== undefined) fence = ticks;
    else if (fence === undefined) return line;
    else if (line.trim() === fence) fence = undefined;
    return "";
  });
}
