import { z } from "zod";
import { SCRIPT_TYPES } from "../../db/schema.ts";
import type { ScriptType } from "../../db/schema.ts";
import { SkerryError } from "../../problems/errors.ts";
import type { ErrorDetail } from "../../problems/errors.ts";
import { checkInput } from "../../rest/input.ts";
import { checkSettings } from "../content.ts";
import * as field from "../fields.ts";
import type { ScriptSettings } from "../settings.ts";
import { findConfigExport } from "./config-export.ts";
import type { ConfigExport } from "./config-export.ts";
import { locateProblems } from "./config-problem.ts";
import type { ConfigProblem, UnlocatedProblem } from "./config-problem.ts";
import { findPlace } from "./literal.ts";

/** What stands beside the source of a script. */
export interface ScriptConfig {
  readonly type: ScriptType;
  readonly description: string;
  readonly tags: readonly string[];
  readonly settings: ScriptSettings;
}

/** What a `config` says, checked; undefined for what it does not. */
export interface SaidConfig {
  readonly type: ScriptType | undefined;
  readonly description: string | undefined;
  readonly tags: readonly string[] | undefined;
  readonly settings: ScriptSettings;
}

/** What a script without a `config` in a folder has. */
export const DEFAULT_CONFIG: ScriptConfig = { type: "oneoff", description: "", tags: [], settings: {} };

/** More at once help nobody. */
const MAX_PROBLEMS = 10;

const facts = z.object({
  type: z.enum(SCRIPT_TYPES).optional(),
  description: field.description.optional(),
  tags: field.tags.optional(),
});

/** A config, or what is wrong with it: one of the two. */
export type Checked<Config> =
  | { readonly config: Config; readonly problems: readonly [] }
  | { readonly config: undefined; readonly problems: readonly ConfigProblem[] };

/**
 * Reads `export const config = { type, description, tags, …settings }` from the text of a script. It has to be written out:
 * nothing of the script is run. A script without it is of type `oneoff` and has no settings.
 */
export async function readScriptConfig(source: string): Promise<Checked<ScriptConfig>> {
  const { found, problem } = await findConfigExport(source);
  if (problem !== undefined) return { config: undefined, problems: [problem] };
  if (found === undefined) return { config: DEFAULT_CONFIG, problems: [] };
  const checked = checkConfig(source, found, {});
  if (checked.config === undefined) return checked;
  const { type, description, tags, settings } = checked.config;
  const config = {
    type: type ?? DEFAULT_CONFIG.type,
    description: description ?? DEFAULT_CONFIG.description,
    tags: tags ?? DEFAULT_CONFIG.tags,
    settings,
  };
  return { config, problems: [] };
}

/** What is known of a script beside its `config`. */
export interface ConfigContext {
  /** What the script is of; without it what the `config` says, or else `oneoff`. */
  readonly type?: ScriptType;
  /** Settings that count more than those of the same name in the `config`; undefined takes one away. */
  readonly named?: Readonly<Record<string, unknown>> | undefined;
}

/** Checks a `config` that was found. @throws SkerryError `INPUT_INVALID` for settings that are named and wrong. */
export function checkConfig(
  source: string,
  found: ConfigExport,
  { type: expected, named = {} }: ConfigContext,
): Checked<SaidConfig> {
  const { type: _type, description: _description, tags: _tags, ...settings } = found.value;
  try {
    const { type, description, tags } = checkInput(facts, found.value);
    if (expected !== undefined && type !== undefined && type !== expected) throw refuseType(expected);
    const wished = mergeSettings(settings, named);
    const checked = checkSettings(expected ?? type ?? DEFAULT_CONFIG.type, wished);
    return { config: { type, description, tags, settings: checked }, problems: [] };
  } catch (error) {
    if (!(error instanceof SkerryError)) throw error;
    const { details = [] } = error;
    if (details.some(({ path }) => isWithin(path, named))) throw error;
    const told = details.slice(0, MAX_PROBLEMS).map((detail) => describeProblem(found, detail));
    return { config: undefined, problems: locateProblems(source, told) };
  }
}

/** Settings with others over them, each as a whole; undefined takes one away. */
export function mergeSettings(
  settings: Readonly<Record<string, unknown>>,
  over: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const merged = Object.entries({ ...settings, ...over });
  return Object.fromEntries(merged.filter(([, value]) => value !== undefined));
}

function refuseType(expected: ScriptType): SkerryError {
  const message = `must be ${JSON.stringify(expected)}, as the script is of that type`;
  return new SkerryError("INPUT_INVALID", `type: ${message}`, { details: [{ path: "type", message }] });
}

function isWithin(path: string, named: Readonly<Record<string, unknown>>): boolean {
  const [, name] = /^settings\.(\w+)/.exec(path) ?? [];
  return name !== undefined && Object.hasOwn(named, name);
}

/** Settings stand beside the rest, and only the server keeps them apart. */
function describeProblem(found: ConfigExport, { path, message }: ErrorDetail): UnlocatedProblem {
  const place = path.replace(/^settings\.?/, "");
  const name = place === "" ? "config" : `config.${place}`;
  return { message: `${name}: ${message}`, offset: findPlace(found, place) };
}
