import type { ScriptType } from "../../db/schema.ts";
import { SkerryError } from "../../problems/errors.ts";
import { checkSettings } from "../content.ts";
import type { ScriptSettings } from "../settings.ts";
import { AUTH_SETTINGS, controlsOf } from "./trigger-controls.ts";
import type { Control, SettingPath } from "./trigger-controls.ts";

/** Settings as somebody typed them: they may be wrong. */
export type WishedSettings = Readonly<Record<string, unknown>>;

/** Fields of a form or a query string: texts, and lists of them where a name comes several times. */
export type FormFields = Readonly<Record<string, unknown>>;

const PREFIX = "settings.";

/** Name of a setting's field. It is also the path by which `INPUT_INVALID` names the setting. */
export function fieldOf(path: string): string {
  return PREFIX + path;
}

/**
 * The settings that a form of `<TriggerSettings>` holds, checked. What was left empty is left out.
 *
 * @throws SkerryError `INPUT_INVALID` whose paths are the names of the fields.
 */
export function readTriggerSettings(type: ScriptType, fields: FormFields): ScriptSettings {
  const wished = readWishedSettings(type, fields);
  for (const { path, kind } of controlsOf(type)) {
    if (kind === "json" && typeof settingAt(wished, path) === "string") throw refuseJson(path);
  }
  return checkSettings(type, wished);
}

/** What a form holds, as it is: to show it again beside what is wrong with it. */
export function readWishedSettings(type: ScriptType, fields: FormFields): WishedSettings {
  const wished: Record<string, unknown> = {};
  for (const control of controlsOf(type)) {
    if (!isWanted(control.path, fields)) continue;
    const value = readControl(control, textsOf(fields[fieldOf(control.path)]));
    if (value !== undefined) put(wished, control.path.split("."), value);
  }
  return wished;
}

/** The value at a place within settings; undefined where nothing is. */
export function settingAt(settings: WishedSettings, path: SettingPath): unknown {
  let value: unknown = settings;
  for (const name of path.split(".")) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Object.hasOwn(value, name) ? (value as WishedSettings)[name] : undefined;
  }
  return value;
}

/** Of the ways to prove who asks, only the chosen one's settings count. */
function isWanted(path: SettingPath, fields: FormFields): boolean {
  if (!path.startsWith("auth.")) return true;
  const [chosen] = textsOf(fields[fieldOf("auth.type")]);
  const taken: readonly SettingPath[] =
    Object.entries(AUTH_SETTINGS).find(([type]) => type === chosen)?.[1] ?? [];
  return path === "auth.type" || taken.includes(path);
}

/** @returns undefined where nothing was set. */
function readControl({ kind }: Control, texts: readonly string[]): unknown {
  const text = (texts[0] ?? "").trim();
  if (kind === "switch") return text === "" ? undefined : true;
  if (kind === "choices") return texts.length === 0 ? undefined : texts;
  if (text === "") return undefined;
  if (kind === "lines") return text.split(/\s+/);
  if (kind === "number") return Number.isFinite(Number(text)) ? Number(text) : text;
  return kind === "json" ? parseJson(text) : text;
}

/** What is no JSON stays the text it is. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function refuseJson(path: SettingPath): SkerryError {
  const details = [{ path: fieldOf(path), message: "must be a JSON object" }];
  return new SkerryError("INPUT_INVALID", `${fieldOf(path)}: must be a JSON object`, { details });
}

function put(target: Record<string, unknown>, [name = "", ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) target[name] = value;
  else put((target[name] ??= {}) as Record<string, unknown>, rest, value);
}

function textsOf(value: unknown): readonly string[] {
  return [value].flat().filter((each) => typeof each === "string");
}
