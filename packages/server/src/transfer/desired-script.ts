import { randomUUIDv7 } from "node:crypto";
import { SkerryError } from "../problems/errors.ts";
import { isSameContent } from "../scripts/content.ts";
import type { Content } from "../scripts/content.ts";
import { agreeScript, NOTHING_SAVED } from "../scripts/source-config/agreement.ts";
import type { AgreedScript, WishedScript } from "../scripts/source-config/agreement.ts";
import type { ImportedScript, ImportInput } from "./document.ts";
import { locateError } from "./merged-error.ts";

/** Note of the versions that a document gives none. */
export const IMPORTED = "imported";

/** A version of a document. */
export interface DesiredVersion extends Content {
  readonly note: string;
}

/** A script of a document, checked. */
export interface DesiredScript extends Pick<
  ImportedScript,
  "name" | "type" | "status" | "description" | "tags" | "published"
> {
  /** What it gets where there is none of its name. */
  readonly id: string;
  /** Where it is in the request, e.g. `document.scripts[3]`. */
  readonly path: string;
  readonly content: Content;
  /** Beside what is published. */
  readonly draft: Content | undefined;
  /** What a new script gets, from the first: its history where the document has it; none for one that is a draft. */
  readonly versions: readonly DesiredVersion[];
  /** Among the versions, counting from 1; null where there is none. */
  readonly activeVersion: number | null;
  /** Of the version that a script that is there gets. */
  readonly note: string;
}

/** Checks what the shape of a document does not tell. @throws SkerryError `INPUT_INVALID`. */
export async function readDocument({ scripts }: ImportInput["document"]): Promise<DesiredScript[]> {
  const desired: DesiredScript[] = [];
  for (const [index, script] of scripts.entries()) {
    desired.push(await readScript(script, `document.scripts[${index}]`));
  }
  return desired;
}

async function readScript(script: ImportedScript, path: string): Promise<DesiredScript> {
  const { name, type, status, published, draft, activeVersion } = script;
  const read = (place: string, wished: WishedScript): Promise<AgreedScript> =>
    locateErrors(place, () => agreeScript({ name, type }, NOTHING_SAVED, wished));
  const { content, description, tags } = await read(path, script);
  const history: DesiredVersion[] = [];
  for (const [index, { note, ...version }] of (script.versions ?? []).entries()) {
    // What the script says of itself is said by the version that is published.
    const facts = index + 1 === activeVersion ? { description, tags } : {};
    const agreed = await read(`${path}.versions[${index}]`, { ...version, ...facts });
    history.push({ ...agreed.content, note });
  }
  const active = activeVersion === undefined ? undefined : history[activeVersion - 1];
  if (active !== undefined && !isSameContent(active, content)) {
    const details = [{ path: `${path}.activeVersion`, message: "must have the content of the script" }];
    throw new SkerryError("INPUT_INVALID", `${path}.activeVersion: must have the content of the script`, {
      details,
    });
  }
  return {
    id: randomUUIDv7(),
    name,
    type,
    status,
    description,
    tags: [...tags],
    published,
    path,
    content,
    draft: draft && (await read(`${path}.draft`, draft)).content,
    versions: published && history.length === 0 ? [{ ...content, note: IMPORTED }] : history,
    activeVersion: published ? (activeVersion ?? 1) : null,
    note: IMPORTED,
  };
}

/** Lets the errors of a part of a document tell where in the document it is. */
export async function locateErrors<Result>(
  path: string,
  work: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SkerryError)) throw error;
    throw locateError(path, error);
  }
}
