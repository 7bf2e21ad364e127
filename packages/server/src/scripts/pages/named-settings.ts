import { isDeepStrictEqual } from "node:util";
import type { ScriptSettings } from "../settings.ts";
import { hasConfig } from "../source-config/agreement.ts";

/** What a form of settings showed, and what it holds now. */
export interface FormSettings {
  readonly shown: ScriptSettings;
  /** Undefined where they cannot be read. */
  readonly typed: ScriptSettings | undefined;
}

/**
 * The settings that a form names beside a source. A form sends all that it shows; beside a `config` only those count that
 * somebody changed in it, and undefined stands for one that was taken away.
 */
export async function nameSettings(
  source: string,
  { shown, typed }: FormSettings,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  if (typed === undefined || !(await hasConfig(source))) return typed;
  const [before, after] = [new Map(Object.entries(shown)), new Map(Object.entries(typed))];
  const names = [...new Set([...before.keys(), ...after.keys()])];
  const changed = names.filter((name) => !isDeepStrictEqual(before.get(name), after.get(name)));
  return changed.length === 0
    ? undefined
    : Object.fromEntries(changed.map((name) => [name, after.get(name)]));
}
