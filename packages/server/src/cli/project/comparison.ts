import { checksumOfText } from "./base.ts";
import type { Base, BaseScript } from "./base.ts";
import type { ScriptFile } from "./script-files.ts";
import type { ServerScript } from "./server-scripts.ts";

/**
 * How a script in the folder and at the server relate, by what they were when they last were the same:
 *
 * - `same`: nothing to do;
 * - `new here`, `new there`: only one side has it, and the other never had;
 * - `changed here`, `changed there`: only one side went on;
 * - `removed here`, `removed there`: one side took it away, the other left it as it was or went on;
 * - `changed both`: both went on; `unrelated`: both have it, and never were the same.
 */
export type ScriptState =
  | "same"
  | "new here"
  | "new there"
  | "changed here"
  | "changed there"
  | "removed here"
  | "removed there"
  | "changed both"
  | "unrelated";

/** One script, in the folder and at the server. */
export interface Comparison {
  readonly name: string;
  readonly state: ScriptState;
  readonly local: ScriptFile | undefined;
  /** Also of what files have no place for. */
  readonly remote: ServerScript | undefined;
  readonly base: BaseScript | undefined;
  readonly changedHere: boolean;
  readonly changedThere: boolean;
}

/** Compares the files of a project with what a server has, in the order of the scripts' names. */
export function compareScripts(
  files: readonly ScriptFile[],
  remotes: ReadonlyMap<string, ServerScript>,
  base: Base,
): Comparison[] {
  const locals = new Map(files.map((file) => [file.name, file]));
  const names = new Set([...locals.keys(), ...remotes.keys()]);
  const comparisons = [...names].toSorted().map((name) => {
    const local = locals.get(name);
    return compare(name, local, remotes.get(name), base.get(name));
  });
  return comparisons.filter(({ local, remote }) => local !== undefined || remote?.file !== undefined);
}

function compare(
  name: string,
  local: ScriptFile | undefined,
  remote: ServerScript | undefined,
  base: BaseScript | undefined,
): Comparison {
  const changedHere =
    local !== undefined && (base?.file !== local.file || base.checksum !== checksumOfText(local.source));
  const changedThere = remote?.file !== undefined && base?.revision !== remote.revision;
  const state = classify({ local, remote, base, changedHere, changedThere });
  return { name, state, local, remote, base, changedHere, changedThere };
}

function classify({
  local,
  remote,
  base,
  changedHere,
  changedThere,
}: Omit<Comparison, "name" | "state">): ScriptState {
  if (remote?.file === undefined) return base === undefined ? "new here" : "removed there";
  if (local === undefined) return base === undefined ? "new there" : "removed here";
  const isSame = local.language === remote.file.language && local.source === remote.file.source;
  if (isSame || (!changedHere && !changedThere)) return "same";
  if (base === undefined) return "unrelated";
  if (changedHere && changedThere) return "changed both";
  return changedHere ? "changed here" : "changed there";
}

/** Who went on at the server, for messages. */
export function describeRemote({ remote, base }: Comparison): string {
  if (remote === undefined || (remote.file === undefined && remote.version !== null)) {
    return base === undefined
      ? "is not at the server"
      : `was removed at the server since version ${base.version}`;
  }
  const { version, latestVersion, author, updatedAt } = remote;
  if (version === null) return `is a draft at the server, by ${author ?? "somebody"}, ${updatedAt}`;
  const published = version === latestVersion ? "" : ` (version ${version} is published)`;
  const since =
    base === undefined ? "was never pulled into this folder" : `here it is from version ${base.version}`;
  return `is at version ${latestVersion}${published} by ${author ?? "somebody"}, ${updatedAt}; ${since}`;
}
