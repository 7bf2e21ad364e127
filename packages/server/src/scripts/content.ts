import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { ScriptLanguage, ScriptType } from "../db/schema.ts";
import { checkInput } from "../rest/input.ts";
import type { CompiledScript } from "./compile.ts";
import type { ScriptSettings } from "./settings.ts";
import { settingsCheckOf } from "./settings-check.ts";

/** What makes a version, checked. */
export interface Content {
  readonly source: string;
  readonly language: ScriptLanguage;
  readonly settings: ScriptSettings;
}

/** Content as it comes from outside; what is left out stays as it is. */
export interface WishedContent {
  readonly source?: string | undefined;
  readonly language?: ScriptLanguage | undefined;
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
}

/** Content that runs. */
export interface CompiledContent {
  readonly content: Content;
  readonly compiled: CompiledScript;
}

/** @throws SkerryError `INPUT_INVALID` whose paths begin with `settings`. */
export function checkSettings(type: ScriptType, wished: unknown): ScriptSettings {
  return checkInput(z.object({ settings: settingsCheckOf(type) }), { settings: wished }).settings;
}

/** Tells whether two contents make the same version. */
export function isSameContent(one: Content, other: Content): boolean {
  return isDeepStrictEqual(pick(one), pick(other));
}

/** Tells whether settings are stored as the same. */
export function isSameSettings(one: ScriptSettings, other: ScriptSettings): boolean {
  return isDeepStrictEqual(toStored(one), toStored(other));
}

function pick({ source, language, settings }: Content): unknown {
  return { source, language, settings: toStored(settings) };
}

/** Without settings that are present and undefined. */
function toStored(settings: ScriptSettings): unknown {
  return JSON.parse(JSON.stringify(settings));
}
