import { isDeepStrictEqual } from "node:util";
import type { ScriptStatus } from "../db/schema.ts";
import { checksumOf } from "../scripts/checksum.ts";
import type { Content } from "../scripts/content.ts";
import { canBecome } from "../scripts/status.ts";
import type { DesiredScript } from "./desired-script.ts";
import type { ImportInput } from "./document.ts";
import type { PresentScript } from "./repository.ts";

/** What becomes of a script that is there. */
export interface ScriptUpdate {
  readonly present: PresentScript;
  readonly desired: DesiredScript;
  /** Becomes the next version. */
  readonly version: Content | undefined;
  /** Becomes the draft; null for none, undefined for that which is there. */
  readonly draft: Content | null | undefined;
}

export interface ImportConflict {
  /** Of the script in the request. */
  readonly path: string;
  readonly message: string;
}

/** All that an import does, in memory. */
export interface ImportPlan {
  readonly creations: readonly DesiredScript[];
  readonly updates: readonly ScriptUpdate[];
  readonly unchanged: readonly PresentScript[];
  readonly deletions: readonly PresentScript[];
  readonly conflicts: readonly ImportConflict[];
}

/** Compares what is there with what a document wants. */
export function planImport(
  present: readonly PresentScript[],
  desired: readonly DesiredScript[],
  mode: ImportInput["mode"],
): ImportPlan {
  const presentByName = new Map(present.map((row) => [row.name, row]));
  const wanted = new Set(desired.map(({ name }) => name));
  const creations: DesiredScript[] = [];
  const updates: ScriptUpdate[] = [];
  const unchanged: PresentScript[] = [];
  const conflicts: ImportConflict[] = [];
  for (const script of desired) {
    const row = presentByName.get(script.name);
    if (row === undefined) {
      creations.push(script);
      continue;
    }
    const update = planScript(row, script, mode);
    const message = isUnchanged(update) ? undefined : findConflict(update);
    if (message !== undefined) conflicts.push({ path: script.path, message });
    else if (isUnchanged(update)) unchanged.push(row);
    else updates.push(update);
  }
  const deletions = mode === "replace" ? present.filter(({ name }) => !wanted.has(name)) : [];
  return { creations, updates, unchanged, deletions, conflicts };
}

function planScript(present: PresentScript, desired: DesiredScript, mode: ImportInput["mode"]): ScriptUpdate {
  const { content, published } = desired;
  const version = published && !isContent(present.active_checksum, content) ? content : undefined;
  return { present, desired, version, draft: planDraft(present, desired, mode) };
}

function planDraft(
  { draft_checksum, active_version }: PresentScript,
  { content, draft, published }: DesiredScript,
  mode: ImportInput["mode"],
): Content | null | undefined {
  const wanted = published ? draft : content;
  if (wanted !== undefined) return isContent(draft_checksum, wanted) ? undefined : wanted;
  // What was all there was of a script is published now.
  const isLeftOver = mode === "replace" || active_version === null;
  return draft_checksum !== null && isLeftOver ? null : undefined;
}

function isContent(checksum: Buffer | null, content: Content): boolean {
  return checksum?.equals(checksumOf(content)) === true;
}

function isUnchanged({ present, desired, version, draft }: ScriptUpdate): boolean {
  const { type, status, description, tags } = desired;
  const facts = {
    type: present.type,
    status: present.status,
    description: present.description,
    tags: present.tags,
  };
  return (
    version === undefined &&
    draft === undefined &&
    isDeepStrictEqual(facts, { type, status, description, tags })
  );
}

/** @returns why a script cannot be changed so. */
function findConflict({ present, desired }: ScriptUpdate): string | undefined {
  const { name, type, status, active_version } = present;
  if (desired.type !== type) return `The script ${name} is of type ${type} here.`;
  if (active_version !== null && !desired.published) {
    return `The script ${name} is published here, and the document has but a draft.`;
  }
  if (status === "archived") return `The script ${name} is archived here; restore it first.`;
  const from: ScriptStatus = status === "draft" && desired.published ? "active" : status;
  if (canBecome({ status: from, active_version }, desired.status)) return undefined;
  return `The script ${name} is ${status} here and cannot become ${desired.status}.`;
}
