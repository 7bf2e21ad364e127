import type { ScriptStatus } from "../db/schema.ts";
import { SkerryError } from "../problems/errors.ts";
import type { ScriptRow } from "./repository.ts";

/** What each status may become. A draft becomes active by being published; what is restored does not run yet. */
const TRANSITIONS: Readonly<Record<ScriptStatus, readonly ScriptStatus[]>> = {
  draft: ["active", "archived"],
  active: ["paused", "disabled", "archived"],
  paused: ["active", "disabled", "archived"],
  disabled: ["active", "paused", "archived"],
  archived: ["draft", "disabled"],
};

type Described = Pick<ScriptRow, "status" | "active_version">;

/**
 * Checks that a script may get another status, or keep its own. An archived script comes back as what it was before it
 * was ever active: a draft where nothing was published, else disabled.
 *
 * @throws SkerryError `SCRIPT_STATUS_CONFLICT` that names both.
 */
export function requireTransition(script: Described & { readonly name: string }, next: ScriptStatus): void {
  if (canBecome(script, next)) return;
  const { name, status } = script;
  const possible = listTransitions(script).join(" or ");
  throw new SkerryError(
    "SCRIPT_STATUS_CONFLICT",
    `The script ${name} is ${status} and cannot become ${next}; it can become ${possible}.`,
  );
}

/** Tells whether a script may get another status, or keep its own. */
export function canBecome(script: Described, next: ScriptStatus): boolean {
  return next === script.status || listTransitions(script).includes(next);
}

function listTransitions({ status, active_version }: Described): readonly ScriptStatus[] {
  const impossible = active_version === null ? "disabled" : "draft";
  return TRANSITIONS[status].filter((next) => status !== "archived" || next !== impossible);
}

/** @throws SkerryError `SCRIPT_STATUS_CONFLICT` for an archived script. */
export function requireEditable({ name, status }: Pick<ScriptRow, "name" | "status">): void {
  if (status !== "archived") return;
  throw new SkerryError(
    "SCRIPT_STATUS_CONFLICT",
    `The script ${name} is archived and does not change; restore it first, by making it disabled or draft.`,
  );
}

/** Checks that a script may run at all, if only by hand. @throws SkerryError `SCRIPT_DISABLED`. */
export function requireEnabled({ name, status }: Pick<ScriptRow, "name" | "status">): void {
  if (status !== "disabled" && status !== "archived") return;
  throw new SkerryError("SCRIPT_DISABLED", `The script ${name} is ${status}.`);
}
