import type { Api } from "@skerry/client";
import type { PushPlan } from "./push.ts";
import { countScripts } from "./report.ts";

/** What `skerry push --json` prints as its output. */
export interface PushReport {
  readonly dryRun: boolean;
  readonly url: string;
  readonly tenant: string;
  readonly scripts: readonly Pick<Api.PushResult["scripts"][number], "name" | "change" | "version">[];
  /** How many were the same on both sides. */
  readonly unchanged: number;
  /** Names of those that only the server changed: a pull brings them. */
  readonly behind: readonly string[];
  /** Names of those that only the server has. */
  readonly kept: readonly string[];
}

/** Scripts that other folders keep may be hundreds, and every push would print them all. */
const MAX_NAMED = 5;

/** Sums a push up. */
export function reportPush({
  url,
  plan,
  answer,
}: {
  readonly url: string;
  readonly plan: PushPlan;
  readonly answer: Api.PushResult;
}): PushReport {
  const unsent = answer.scripts.filter(({ change }) => change === "unchanged").length;
  return {
    dryRun: answer.dryRun,
    url,
    tenant: plan.tenant,
    scripts: answer.scripts
      .filter(({ change }) => change !== "unchanged")
      .map(({ name, change, version }) => ({ name, change, version })),
    unchanged: plan.unchanged.length + unsent,
    behind: plan.behind.map(({ name }) => name),
    kept: plan.kept.map(({ name }) => name),
  };
}

/** The report as lines for people. */
export function describePush({ dryRun, url, tenant, scripts, unchanged, behind, kept }: PushReport): string {
  const done = scripts.map(({ name, change, version }) =>
    version === null ? `${change}  ${name}` : `${change}  ${name}, version ${version}`,
  );
  const notes = [
    ...(unchanged === 0 ? [] : [`unchanged: ${countScripts(unchanged)}`]),
    ...(behind.length === 0 ? [] : [`newer at the server, left alone: ${behind.join(", ")} (skerry pull)`]),
    ...(kept.length === 0 ? [] : [`only at the server, left there: ${describeKept(kept, dryRun)}`]),
  ];
  const count = scripts.length === 0 ? "nothing to push" : countScripts(scripts.length);
  const verb = dryRun ? "Would push" : "Pushed";
  const end =
    scripts.length === 0
      ? `Nothing to push to ${tenant} at ${url}.`
      : `${verb} ${count} to ${tenant} at ${url}.`;
  return [...done, ...notes, end].join("\n");
}

function describeKept(names: readonly string[], isDryRun: boolean): string {
  if (isDryRun || names.length <= MAX_NAMED) return names.join(", ");
  return `${countScripts(names.length)} (--dry-run names them)`;
}
