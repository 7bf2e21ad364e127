import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { ScriptLanguage } from "../db/schema.ts";
import { SkerryError } from "../problems/errors.ts";
import { checkInput } from "../rest/input.ts";
import { compileScript } from "./compile.ts";
import type { CompiledScript } from "./compile.ts";
import type { Current } from "./lookup.ts";
import { fileNameOf } from "./script.ts";
import type { ScriptChange, ScriptInput } from "./script.ts";
import { SETTINGS_SCHEMAS, SUPPORTED_TYPES } from "./settings.ts";
import type { ScriptSettings, SupportedType } from "./settings.ts";

/** What makes a version, checked. */
export interface Content {
  readonly source: string;
  readonly language: ScriptLanguage;
  readonly settings: ScriptSettings;
}

/** @throws SkerryError `SCRIPT_TYPE_UNSUPPORTED` or `INPUT_INVALID`. */
export function readContent({ type, source, language, settings }: ScriptInput): Content {
  return { source, language, settings: checkSettings(type, settings) };
}

function requireSupported(type: string): SupportedType {
  const supported = SUPPORTED_TYPES.find((candidate) => candidate === type);
  if (supported !== undefined) return supported;
  const message = `Scripts of type ${type} are not supported; these are: ${SUPPORTED_TYPES.join(", ")}.`;
  throw new SkerryError("SCRIPT_TYPE_UNSUPPORTED", message);
}

/** @throws SkerryError `INPUT_INVALID` whose paths begin with `settings`. */
function checkSettings(type: string, settings: unknown): ScriptSettings {
  const schema = z.strictObject({ settings: SETTINGS_SCHEMAS[requireSupported(type)] });
  return checkInput(schema, { settings }).settings;
}

/** @throws SkerryError `SCRIPT_COMPILE` or `SCRIPT_TOO_COMPLEX`. */
export function compileContent(name: string, { source, language }: Content): Promise<CompiledScript> {
  return compileScript({ fileName: fileNameOf({ name }, language), source, language });
}

/** The content that a change leads to. @returns undefined when it is the content that is there. */
export function mergeContent({ script, version }: Current, wished: ScriptChange): Content | undefined {
  const content = {
    source: wished.source ?? version.source,
    language: wished.language ?? version.language,
    settings: wished.settings === undefined ? version.settings : checkSettings(script.type, wished.settings),
  };
  const { source, language, settings } = version;
  return isDeepStrictEqual(content, { source, language, settings }) ? undefined : content;
}
