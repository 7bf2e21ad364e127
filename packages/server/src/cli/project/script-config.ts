import { z } from "zod";
import { SCRIPT_TYPES } from "../../db/schema.ts";
import type { ScriptLanguage, ScriptType } from "../../db/schema.ts";
import { SkerryError } from "../../problems/errors.ts";
import { checkInput } from "../../rest/input.ts";
import { checkSettings } from "../../scripts/content.ts";
import * as field from "../../scripts/fields.ts";
import type { ScriptSettings } from "../../scripts/settings.ts";
import { findConfigExport } from "./config-export.ts";
import type { ConfigExport } from "./config-export.ts";
import type { Place } from "./literal.ts";
import type { FileProblem } from "./problem.ts";

/** What `export const config = { … }` of a script says beside its source. */
export interface ScriptConfig {
  readonly type: ScriptType;
  readonly description: string;
  readonly tags: readonly string[];
  readonly settings: ScriptSettings;
}

/** What a script without a `config` has. */
const DEFAULT_TYPE: ScriptType = "oneoff";

const facts = z.object({
  type: z.enum(SCRIPT_TYPES).default(DEFAULT_TYPE),
  description: field.description.default(""),
  tags: field.tags.default([]),
});

/** A config, or what is wrong with it: one of the two. */
export type ReadConfig =
  | { readonly config: ScriptConfig; readonly problems: readonly [] }
  | { readonly config: undefined; readonly problems: readonly Omit<FileProblem, "file">[] };

/**
 * Reads `export const config = { type, description, tags, …settings }` from the text of a script. It has to be written out:
 * nothing of the script is run. A script without it is of type `oneoff` and has no settings.
 */
export function readScriptConfig(script: {
  readonly source: string;
  readonly language: ScriptLanguage;
}): ReadConfig {
  const { found, problem } = findConfigExport(script.source, script.language);
  if (problem !== undefined) return { config: undefined, problems: [problem] };
  try {
    return { config: checkConfig(found?.value ?? {}), problems: [] };
  } catch (error) {
    if (!(error instanceof SkerryError)) throw error;
    const problems = (error.details ?? []).map(({ path, message }) => {
      // Settings stand beside the rest, and only the server keeps them apart.
      const place = path.replace(/^settings\.?/, "");
      return { message: `config${place === "" ? "" : `.${place}`}: ${message}`, ...locate(found, place) };
    });
    return { config: undefined, problems };
  }
}

/** @throws SkerryError `INPUT_INVALID`. */
function checkConfig(value: Readonly<Record<string, unknown>>): ScriptConfig {
  const { type, description, tags } = checkInput(facts, value);
  const { type: _type, description: _description, tags: _tags, ...settings } = value;
  return { type, description, tags, settings: checkSettings(type, settings) };
}

/** The place of a value, or of the nearest one around it for what is not there. */
function locate(found: ConfigExport | undefined, path: string): Place | Record<string, never> {
  for (let outer = path; outer !== ""; outer = outer.replace(/(?:^|\.)[^.[]+$|\[[^[]*\]$/, "")) {
    const place = found?.places.get(outer);
    if (place !== undefined) return place;
  }
  return found?.places.get("") ?? {};
}
