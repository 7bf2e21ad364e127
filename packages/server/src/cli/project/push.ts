import { SkerryClientError } from "@skerry/client";
import type { Api, Client } from "@skerry/client";
import { readScriptConfig } from "../../scripts/source-config/script-config.ts";
import type { ScriptConfig } from "../../scripts/source-config/script-config.ts";
import { checksumOfText, readBase, writeBase } from "./base.ts";
import type { Base, BaseScript } from "./base.ts";
import { findCompileProblems } from "./compile-problems.ts";
import { compareScripts, describeRemote } from "./comparison.ts";
import type { Comparison } from "./comparison.ts";
import type { Project } from "./manifest.ts";
import { ProjectError, refuseProblems } from "./problem.ts";
import type { FileProblem } from "./problem.ts";
import { readScriptFiles } from "./script-files.ts";
import type { ScriptFile } from "./script-files.ts";
import { fetchScripts } from "./server-scripts.ts";

/** What a push is allowed to do. */
export interface PushOptions {
  /** Overwrites what went on at the server, too. Default false. */
  readonly force?: boolean;
  /** Deletes scripts whose files were removed here; with `force` all that have no file here. Default false. */
  readonly delete?: boolean;
  /** Of the versions that are made. */
  readonly note?: string | undefined;
}

/** A push that is ready to be sent. */
export interface PushPlan {
  readonly tenant: string;
  /** Sent: new or changed here. */
  readonly scripts: readonly PlannedScript[];
  readonly deletions: readonly Comparison[];
  /** Not sent, as they are the same on both sides. */
  readonly unchanged: readonly Comparison[];
  /** Not sent, as only the server went on. */
  readonly behind: readonly Comparison[];
  /** Only at the server; they stay there. */
  readonly kept: readonly Comparison[];
}

export interface PlannedScript {
  readonly script: ScriptFile & { readonly config: ScriptConfig };
  /** What the server has to have for it to be overwritten; null for nothing. */
  readonly baseRevision: string | null;
}

type Decision = "send" | "delete" | "unchanged" | "behind" | "keep" | "refuse";

/**
 * Reads the project and the server, and decides what a push is to send.
 *
 * @throws ProjectError `PROJECT_CONFLICT` that lists every script that would overwrite what somebody else did;
 * `PROJECT_INVALID` for files that cannot be sent.
 * @throws SkerryClientError
 */
export async function planPush(
  client: Client,
  project: Project,
  { url, force = false, delete: deletes = false }: PushOptions & { readonly url: string },
): Promise<PushPlan> {
  const files = await readScriptFiles(project);
  const { tenant, scripts } = await fetchScripts(client);
  const comparisons = compareScripts(files, scripts, await readBase(project, { url, tenant }));
  const decided = Map.groupBy(comparisons, (comparison) => decide(comparison, { force, deletes }));
  refuseConflicts(decided.get("refuse") ?? []);
  return {
    tenant,
    scripts: await readPlanned(decided.get("send") ?? [], force),
    deletions: decided.get("delete") ?? [],
    unchanged: decided.get("unchanged") ?? [],
    behind: decided.get("behind") ?? [],
    kept: decided.get("keep") ?? [],
  };
}

/**
 * Sends a plan: the server does all of it or nothing, and the folder's base follows.
 *
 * @throws ProjectError with the server's code and the files that it is about.
 * @throws SkerryClientError
 */
export async function sendPush(
  client: Client,
  project: Project,
  plan: PushPlan,
  {
    url,
    note,
    dryRun,
  }: { readonly url: string; readonly note?: string | undefined; readonly dryRun: boolean },
): Promise<Api.PushResult> {
  const isEmpty = plan.scripts.length + plan.deletions.length === 0;
  const body = {
    scripts: plan.scripts.map(describePushed),
    deletions: plan.deletions.map(({ name, remote }) => ({ name, baseRevision: remote?.revision ?? null })),
    dryRun,
    ...(note === undefined ? {} : { note }),
  };
  const answer = isEmpty ? { dryRun, scripts: [] } : await send(client, plan, body);
  if (!dryRun) {
    const peer = { url, tenant: plan.tenant };
    await writeBase(project, peer, moveBase(await readBase(project, peer), plan, answer));
  }
  return answer;
}

function decide(
  { state, changedHere, changedThere }: Comparison,
  { force, deletes }: { readonly force: boolean; readonly deletes: boolean },
): Decision {
  switch (state) {
    case "same":
      return "unchanged";
    case "new here":
    case "changed here":
      return "send";
    case "changed there":
      return force ? "send" : "behind";
    case "changed both":
    case "unrelated":
      return force ? "send" : "refuse";
    case "removed there":
      if (force) return "send";
      return changedHere ? "refuse" : "behind";
    case "new there":
      return deletes && force ? "delete" : "keep";
    default:
      if (!deletes) return "keep";
      return changedThere && !force ? "refuse" : "delete";
  }
}

/** @throws ProjectError `PROJECT_CONFLICT`. */
function refuseConflicts(conflicts: readonly Comparison[]): void {
  if (conflicts.length === 0) return;
  const problems = conflicts.map((comparison) => ({
    file: comparison.local?.file ?? comparison.base?.file ?? comparison.name,
    message: `${comparison.name} ${describeRemote(comparison)}`,
  }));
  throw new ProjectError("PROJECT_CONFLICT", "The push would overwrite what others did:", problems);
}

/** @throws ProjectError `PROJECT_INVALID` for every wrong `config`, and for what does not compile beside it. */
async function readPlanned(comparisons: readonly Comparison[], force: boolean): Promise<PlannedScript[]> {
  const planned: PlannedScript[] = [];
  const problems: FileProblem[] = [];
  for (const comparison of comparisons) {
    const { local, remote, base } = comparison;
    if (local === undefined) continue;
    const { config, problems: found } = await readScriptConfig(local.source);
    problems.push(...found.map((problem) => ({ file: local.file, ...problem })));
    const baseRevision = (force ? remote?.revision : base?.revision) ?? null;
    if (config !== undefined) planned.push({ script: { ...local, config }, baseRevision });
  }
  if (problems.length > 0) refuseProblems(await addCompileProblems(comparisons, problems));
  return planned;
}

/** Where a file does not compile, that is what is wrong with its `config` as well, and told better. */
async function addCompileProblems(
  comparisons: readonly Comparison[],
  problems: readonly FileProblem[],
): Promise<FileProblem[]> {
  const all: FileProblem[] = [];
  for (const { local } of comparisons) {
    if (local === undefined) continue;
    const found = await findCompileProblems(local);
    all.push(...(found.length > 0 ? found : problems.filter(({ file }) => file === local.file)));
  }
  return all;
}

function describePushed({ script, baseRevision }: PlannedScript) {
  const { name, language, source, config } = script;
  const { type, description, tags, settings } = config;
  return { name, type, language, source, settings, description, tags: [...tags], baseRevision };
}

async function send(client: Client, plan: PushPlan, body: Api.TransferPushInput): Promise<Api.PushResult> {
  try {
    return await client.transfer.push(body);
  } catch (error) {
    throw error instanceof SkerryClientError ? nameFiles(error, plan) : error;
  }
}

/** A refusal that speaks of `scripts[3].source` made to speak of the file; any other stays as it is. */
function nameFiles(error: SkerryClientError, { scripts, deletions }: PushPlan): Error {
  const problems = error.errors.flatMap((detail): FileProblem[] => {
    const {
      list,
      index,
      rest = "",
    } = /^(?<list>scripts|deletions)\[(?<index>\d+)\]\.?(?<rest>.*)$/.exec(detail.path)?.groups ?? {};
    const sent = list === "scripts" ? scripts[Number(index)]?.script.file : deletions[Number(index)]?.name;
    if (sent === undefined) return [];
    const { line, column, frame } = detail;
    const setting = rest.startsWith("settings.") ? `config.${rest.slice("settings.".length)}: ` : "";
    return [
      {
        file: sent,
        message: setting + detail.message,
        ...(line === undefined ? {} : { line }),
        ...(column === undefined ? {} : { column }),
        ...(frame === undefined ? {} : { frame }),
      },
    ];
  });
  if (problems.length === 0 || error.problem?.code === undefined) return error;
  const summary = "The server took nothing of the push:";
  return new ProjectError(error.problem.code, summary, problems, { cause: error });
}

function moveBase(base: Base, plan: PushPlan, answer: Api.PushResult): Base {
  const moved = new Map(base);
  const files = new Map<string, ScriptFile>(plan.scripts.map(({ script }) => [script.name, script]));
  for (const { name, version, revision } of answer.scripts) {
    const file = files.get(name);
    if (file !== undefined && version !== null && revision !== null) {
      moved.set(name, describeBase(file, { version, revision }));
    } else moved.delete(name);
  }
  for (const { name, local, remote } of plan.unchanged) {
    if (local !== undefined && remote !== undefined) moved.set(name, describeBase(local, remote));
  }
  return moved;
}

/** The base of a script that is the same on both sides. */
export function describeBase(
  { file, source }: ScriptFile,
  { version, revision }: { readonly version: number | null; readonly revision: string },
): BaseScript {
  return { file, checksum: checksumOfText(source), version: version ?? 0, revision };
}
