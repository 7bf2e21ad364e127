import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { ScriptLanguage, ScriptType } from "../db/schema.ts";
import { checkInput } from "../rest/input.ts";
import type { CompiledScript } from "./compile.ts";
import { SETTINGS_SCHEMAS } from "./settings.ts";
import type { ScriptSettings } from "./settings.ts";

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
  return checkInput(z.object({ settings: SETTINGS_SCHEMAS[type] }), { settings: wished }).settings;
}

/** The content that a change leads to. @throws SkerryError `INPUT_INVALID`. */
export function mergeContent(type: ScriptType, content: Content, wished: WishedContent): Content {
  return {
    source: wished.source ?? content.source,
    language: wished.language ?? content.language,
    settings: wished.settings === undefined ? content.settings : checkSettings(type, wished.settings),
  };
}

/** Tells whether two contents make the same version. */
export function isSameContent(one: Content, other: Content): boolean {
  return isDeepStrictEqual(pick(one), pick(other));
}

/** As it is stored: without settings that are present and undefined. */
function pick({ source, language, settings }: Content): unknown {
  return { source, language, settings: JSON.parse(JSON.stringify(settings)) as unknown };
}
