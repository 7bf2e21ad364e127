import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Client } from "@skerry/client";
import { replaceFile } from "../files/replacement.ts";
import { readBase, writeBase } from "./base.ts";
import { compareScripts, describeRemote } from "./comparison.ts";
import type { Comparison } from "./comparison.ts";
import type { Project } from "./manifest.ts";
import { ProjectError } from "./problem.ts";
import type { FileProblem } from "./problem.ts";
import { describeBase } from "./push.ts";
import { nameScriptFile, readScriptFiles } from "./script-files.ts";
import type { ScriptFile } from "./script-files.ts";
import { fetchScripts } from "./server-scripts.ts";

/** What a pull did to the folder. Files are named relative to the project. */
export interface PullResult {
  readonly tenant: string;
  readonly written: readonly string[];
  readonly deleted: readonly string[];
  /** How many scripts were the same. */
  readonly unchanged: number;
  /** Changed or made here and not pushed yet; they stay as they are. */
  readonly ahead: readonly string[];
  /** Files whose `config` could not be brought up to date. */
  readonly warnings: readonly FileProblem[];
}

type Decision = "write" | "delete" | "unchanged" | "ahead" | "refuse";

/**
 * Makes the files of a project what the server has published. Files that were changed here and not there stay.
 *
 * @throws ProjectError `PROJECT_CONFLICT` that lists every file whose changes would be lost; then nothing is written.
 * @throws SkerryClientError
 */
export async function pullScripts(
  client: Client,
  project: Project,
  { url, force }: { readonly url: string; readonly force: boolean },
): Promise<PullResult> {
  const files = await readScriptFiles(project);
  const { tenant, scripts } = await fetchScripts(client);
  const peer = { url, tenant };
  const base = await readBase(project, peer);
  const comparisons = compareScripts(files, scripts, base);
  const decided = Map.groupBy(comparisons, (comparison) => decide(comparison, force));
  refuseConflicts(decided.get("refuse") ?? []);

  await mkdir(project.scriptsFolder, { recursive: true });
  const moved = new Map(base);
  const written: ScriptFile[] = [];
  for (const comparison of decided.get("write") ?? []) {
    const file = describeFile(project, comparison);
    if (file === undefined || comparison.remote === undefined) continue;
    await writeScript(project, file, comparison.local);
    written.push(file);
    moved.set(file.name, describeBase(file, comparison.remote));
  }
  const deleted: string[] = [];
  for (const { name, local } of decided.get("delete") ?? []) {
    if (local !== undefined) {
      await rm(join(project.root, local.file), { force: true });
      deleted.push(local.file);
    }
    moved.delete(name);
  }
  for (const { name, local, remote } of decided.get("unchanged") ?? []) {
    if (local !== undefined && remote !== undefined) moved.set(name, describeBase(local, remote));
  }
  await writeBase(project, peer, moved);
  return {
    tenant,
    written: written.map(({ file }) => file),
    deleted,
    unchanged: decided.get("unchanged")?.length ?? 0,
    ahead: (decided.get("ahead") ?? []).map(({ local, name }) => local?.file ?? name),
    warnings: listWarnings(project, decided.get("write") ?? []),
  };
}

function decide({ state, changedHere }: Comparison, force: boolean): Decision {
  switch (state) {
    case "same":
      return "unchanged";
    case "new here":
      return "ahead";
    case "changed here":
      return force ? "write" : "ahead";
    case "changed there":
    case "new there":
    case "removed here":
      return "write";
    case "changed both":
    case "unrelated":
      return force ? "write" : "refuse";
    default:
      return changedHere && !force ? "refuse" : "delete";
  }
}

/** @throws ProjectError `PROJECT_CONFLICT`. */
function refuseConflicts(conflicts: readonly Comparison[]): void {
  if (conflicts.length === 0) return;
  const problems = conflicts.map((comparison) => ({
    file: comparison.local?.file ?? comparison.name,
    message: `was changed here, and ${comparison.name} ${describeRemote(comparison)}`,
  }));
  throw new ProjectError("PROJECT_CONFLICT", "The pull would overwrite what was done here:", problems);
}

/** The file that a script becomes. */
function describeFile(project: Project, { name, remote }: Comparison): ScriptFile | undefined {
  if (remote?.file === undefined) return undefined;
  const { language, source } = remote.file;
  return { name, file: nameScriptFile(project, name, language), language, source };
}

/** Also takes the old file away where the language is another one now. */
async function writeScript(project: Project, file: ScriptFile, old: ScriptFile | undefined): Promise<void> {
  await replaceFile(join(project.root, file.file), file.source);
  if (old !== undefined && old.file !== file.file) await rm(join(project.root, old.file), { force: true });
}

function listWarnings(project: Project, written: readonly Comparison[]): FileProblem[] {
  return written.flatMap((comparison) => {
    const { remote } = comparison;
    const file = describeFile(project, comparison);
    if (file === undefined || remote?.problem === undefined) return [];
    return [{ ...remote.problem, file: file.file }];
  });
}
