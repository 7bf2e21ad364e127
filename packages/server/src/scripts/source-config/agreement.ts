import { isDeepStrictEqual } from "node:util";
import type { ScriptLanguage, ScriptType } from "../../db/schema.ts";
import { SkerryError } from "../../problems/errors.ts";
import { refuseConfig } from "../compile-refusal.ts";
import { checkSettings } from "../content.ts";
import type { Content, WishedContent } from "../content.ts";
import { MAX_SOURCE_BYTES } from "../fields.ts";
import { fileNameOf } from "../script.ts";
import type { ScriptSettings } from "../settings.ts";
import { findConfigExport } from "./config-export.ts";
import type { ConfigExport } from "./config-export.ts";
import type { ConfigProblem } from "./config-problem.ts";
import { rewriteConfig } from "./config-writing.ts";
import { checkConfig, DEFAULT_CONFIG, mergeSettings } from "./script-config.ts";
import type { SaidConfig } from "./script-config.ts";

/** Whose source is saved. */
export interface SavedScript {
  readonly name: string;
  readonly type: ScriptType;
}

/** What a `config` says of the script itself, which its versions do not have. */
export interface ScriptFacts {
  readonly description: string;
  readonly tags: readonly string[];
}

/** What a request names; what is left out it does not. In a source with a `config`, undefined takes a setting away. */
export interface WishedScript extends WishedContent {
  readonly description?: string | undefined;
  readonly tags?: readonly string[] | undefined;
}

/** What a save builds upon. */
export interface SaveBase {
  /** Undefined for a new script. */
  readonly content: Content | undefined;
  readonly facts: ScriptFacts;
  /** The source that the facts stand beside. Where that has a `config`, one that leaves a fact out takes it away. */
  readonly source: string | undefined;
}

/** What a new script builds upon. */
export const NOTHING_SAVED: SaveBase = { content: undefined, facts: DEFAULT_CONFIG, source: undefined };

/** A script whose source, settings and facts say the same, unless its `config` is wrong. */
export interface AgreedScript extends ScriptFacts {
  readonly content: Content;
}

/**
 * Lets a source and what stands beside it agree, for a version. A source that is sent with a `config` brings its settings,
 * description and tags; what the request names itself counts more, each setting as a whole. What the `config` does not
 * say then is written into it. A `config` that cannot be read or is wrong stays as it is: the compiler refuses it.
 *
 * @throws SkerryError `INPUT_INVALID` for settings that the request names and for a source that gets too large, or
 * `SCRIPT_COMPILE` where there are no others than those of a wrong `config`.
 */
export async function agreeScript(
  script: SavedScript,
  { content: present, facts, source: before }: SaveBase,
  wished: WishedScript,
): Promise<AgreedScript> {
  const { content, found, said } = await resolve(script, present, wished);
  const whole = said !== undefined && before !== undefined && (await hasConfig(before));
  const fallback = whole ? DEFAULT_CONFIG : facts;
  const description = wished.description ?? said?.description ?? fallback.description;
  const tags = wished.tags ?? said?.tags ?? fallback.tags;
  const isNamed = [said, wished.settings, wished.description, wished.tags].some((each) => each !== undefined);
  if (found === undefined || !isNamed) return { content, description, tags };
  const config = { type: script.type, description, tags, settings: content.settings };
  return {
    content: rewrite(content, found, config),
    description,
    tags,
  };
}

/**
 * As `agreeScript`, for a source that is being written: nothing but settings that the request names is written into it.
 * Beside a `config` that is wrong the settings of before stay.
 *
 * @throws SkerryError as `agreeScript`.
 */
export async function agreeDraft(
  script: SavedScript,
  present: Content,
  wished: WishedContent & { readonly source: string },
): Promise<Content> {
  const { content, found, said } = await resolve(script, present, wished);
  if (found === undefined || said === undefined) return content;
  return rewrite(content, found, said);
}

/** @throws SkerryError `INPUT_INVALID` for a source that becomes too large by what is written into it. */
function rewrite(content: Content, found: ConfigExport, config: SaidConfig): Content {
  const source = rewriteConfig(content.source, found, config);
  if (Buffer.byteLength(source) <= MAX_SOURCE_BYTES) return { ...content, source };
  const message = `must not be larger than ${MAX_SOURCE_BYTES} bytes with what is written into its config`;
  throw new SkerryError("INPUT_INVALID", `source: ${message}`, { details: [{ path: "source", message }] });
}

/** What a script does not say yet; the rest is left to whoever changes it meanwhile. */
export function pickNewFacts(before: ScriptFacts, { description, tags }: ScriptFacts): Partial<ScriptFacts> {
  return {
    ...(description === before.description ? {} : { description }),
    ...(isDeepStrictEqual(tags, before.tags) ? {} : { tags }),
  };
}

/** Whether a source has a `config`, be it one that cannot be read. */
export async function hasConfig(source: string): Promise<boolean> {
  const { found, problem } = await findConfigExport(source);
  return found !== undefined || problem !== undefined;
}

/**
 * The type that the `config` of a new script says.
 *
 * @throws SkerryError `SCRIPT_COMPILE` for a `config` that cannot be read, or `INPUT_INVALID` where there is none.
 */
export async function readConfigType(
  name: string,
  { source, language }: { readonly source: string; readonly language: ScriptLanguage },
): Promise<ScriptType> {
  const { found, problem } = await findConfigExport(source);
  if (problem !== undefined) throw refuseConfig({ fileName: fileNameOf({ name }, language) }, [problem]);
  if (found === undefined) {
    const message = "must be there, or in the `config` of the source";
    throw new SkerryError("INPUT_INVALID", `type: ${message}`, { details: [{ path: "type", message }] });
  }
  const { config, problems } = checkConfig(source, found, {});
  if (config === undefined) throw refuseConfig({ fileName: fileNameOf({ name }, language) }, problems);
  return config.type ?? DEFAULT_CONFIG.type;
}

/** What the `config` of a published version says of its script; undefined where it has none that can be read. */
export async function readConfigFacts(
  { type }: SavedScript,
  source: string,
): Promise<ScriptFacts | undefined> {
  const { found } = await findConfigExport(source);
  const said = found && checkConfig(source, found, { type }).config;
  if (said === undefined) return undefined;
  const { description = DEFAULT_CONFIG.description, tags = DEFAULT_CONFIG.tags } = said;
  return { description, tags };
}

/** What is wrong with the `config` of a source. */
export async function findConfigProblems(
  { type }: SavedScript,
  source: string,
): Promise<readonly ConfigProblem[]> {
  const { found, problem } = await findConfigExport(source);
  if (problem !== undefined) return [problem];
  return found === undefined ? [] : checkConfig(source, found, { type }).problems;
}

interface Resolved {
  /** Its source is as it was sent. */
  readonly content: Content;
  /** Undefined for none that is right. */
  readonly found: ConfigExport | undefined;
  /** What the `config` of a source that was sent says, with the settings that count; undefined where it does not count. */
  readonly said: SaidConfig | undefined;
}

async function resolve(
  script: SavedScript,
  present: Content | undefined,
  wished: WishedContent,
): Promise<Resolved> {
  const { type } = script;
  const source = wished.source ?? present?.source ?? "";
  const language = wished.language ?? present?.language ?? "ts";
  const { found, problem } = await findConfigExport(source);
  const compose = (settings: ScriptSettings): Content => ({ source, language, settings });
  if (wished.source === undefined || (found === undefined && problem === undefined)) {
    const isRight = found !== undefined && checkConfig(source, found, { type }).config !== undefined;
    const content = compose(chooseSettings(type, present, wished));
    return { content, found: isRight ? found : undefined, said: undefined };
  }
  const { config: said, problems } =
    found === undefined
      ? { config: undefined, problems: problem === undefined ? [] : [problem] }
      : checkConfig(source, found, { type, named: wished.settings });
  if (said !== undefined) return { content: compose(said.settings), found, said };
  const settings = settleWithout(script, language, present, wished, problems);
  return { content: compose(settings), found: undefined, said: undefined };
}

/** The settings where no `config` has a say. */
function chooseSettings(
  type: ScriptType,
  present: Content | undefined,
  { settings }: WishedContent,
): ScriptSettings {
  if (settings === undefined && present !== undefined) return present.settings;
  return checkSettings(type, mergeSettings({}, settings ?? {}));
}

/** The settings beside a `config` that is wrong: those of before, with what the request names. */
function settleWithout(
  script: SavedScript,
  language: ScriptLanguage,
  present: Content | undefined,
  { settings: named }: WishedContent,
  problems: readonly ConfigProblem[],
): ScriptSettings {
  if (named !== undefined) return checkSettings(script.type, mergeSettings(present?.settings ?? {}, named));
  if (present !== undefined) return present.settings;
  try {
    return checkSettings(script.type, {});
  } catch {
    throw refuseConfig({ fileName: fileNameOf(script, language) }, problems);
  }
}
