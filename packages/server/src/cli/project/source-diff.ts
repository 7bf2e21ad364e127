import { diffTexts } from "../../scripts/text-diff.ts";

/** The name of the side that has no file, as Git has it. */
const NOWHERE = "/dev/null";

/** A side of a comparison; undefined where there is no file. */
export type DiffSide = { readonly file: string; readonly source: string } | undefined;

/** Unified diff as `git apply` takes it; empty for equal texts of the same name. */
export function diffSources(from: DiffSide, to: DiffSide): string {
  if (from?.source === to?.source && from?.file === to?.file) return "";
  return diffTexts(
    { name: from === undefined ? NOWHERE : `a/${from.file}`, text: from?.source ?? "" },
    { name: to === undefined ? NOWHERE : `b/${to.file}`, text: to?.source ?? "" },
  );
}
