import { isDeepStrictEqual } from "node:util";
import { SETTINGS_SCHEMAS } from "../settings.ts";
import { findConfigExport } from "./config-export.ts";
import type { ConfigExport } from "./config-export.ts";
import { findConfigPlace } from "./config-place.ts";
import type { ConfigProblem } from "./config-problem.ts";
import { DEFAULT_CONFIG } from "./script-config.ts";
import type { SaidConfig, ScriptConfig } from "./script-config.ts";

/** The text of a source, or why it could not be made. */
export interface WrittenSource {
  readonly source: string;
  /** Why the `config` that stands there could not be brought up to date; the source is as it was. */
  readonly problem: ConfigProblem | undefined;
}

/** As wide as Prettier's own default. */
const LINE_WIDTH = 80;
const INDENT = "  ";

/**
 * Lets the `config` of a source say what it is to say: as `rewriteConfig` does, and where there is none, one is put behind
 * the imports, unless it would say nothing.
 */
export async function writeScriptConfig(source: string, config: ScriptConfig): Promise<WrittenSource> {
  const { found, problem } = await findConfigExport(source);
  if (problem !== undefined) return { source, problem };
  if (found !== undefined) return { source: rewriteConfig(source, found, config), problem };
  if (isSame(config, DEFAULT_CONFIG)) return { source, problem };
  const eol = lineEndOf(source);
  const place = findConfigPlace(source);
  const before = source.slice(0, place);
  const gap = before === "" || /\n\s*\n$/.test(before) ? "" : before.endsWith("\n") ? eol : eol + eol;
  const after = source.slice(place).replace(/^(?:\r?\n)+/, "");
  const statement = `export const config = ${print(config, undefined, eol)};${eol}${after === "" ? "" : eol}`;
  return { source: before + gap + statement + after, problem };
}

/**
 * A source whose `config` says what it is to say. One that says so already stays as it is, to the byte. Else the object
 * alone is written anew, in the order of keys that it had. It is laid out as Prettier would.
 */
export function rewriteConfig(source: string, found: ConfigExport, config: SaidConfig): string {
  const { type, description, tags, ...settings } = found.value;
  if (isSame({ type, description, tags, settings }, config)) return source;
  return (
    source.slice(0, found.start) + print(config, found.value, lineEndOf(source)) + source.slice(found.end)
  );
}

function lineEndOf(source: string): string {
  return source.includes("\r\n") ? "\r\n" : "\n";
}

function print(config: SaidConfig, present: ConfigExport["value"] | undefined, eol: string): string {
  return printObject(arrange(describeConfig(config), present), "", true).replaceAll("\n", eol);
}

/** What is not said is as it is by default. */
function isSame(one: Readonly<Record<keyof SaidConfig, unknown>>, other: SaidConfig): boolean {
  return isDeepStrictEqual(toJson(one), toJson(other));
}

/** Without what is present and undefined. */
function toJson({
  type = DEFAULT_CONFIG.type,
  description = DEFAULT_CONFIG.description,
  tags = DEFAULT_CONFIG.tags,
  settings,
}: Readonly<Record<keyof SaidConfig, unknown>>): unknown {
  return JSON.parse(JSON.stringify({ type, description, tags, settings }));
}

/** What stands between the braces: what is as it is without being said is left out. */
function describeConfig({
  type,
  description = "",
  tags = [],
  settings,
}: SaidConfig): Readonly<Record<string, unknown>> {
  const order = Object.keys(SETTINGS_SCHEMAS[type ?? DEFAULT_CONFIG.type].shape);
  const named = Object.entries(settings).toSorted(([a], [b]) => order.indexOf(a) - order.indexOf(b));
  return {
    ...(type === undefined ? {} : { type }),
    ...(description === "" ? {} : { description }),
    ...(tags.length === 0 ? {} : { tags }),
    ...Object.fromEntries(named.map(([name, value]) => [name, sortKeys(value)])),
  };
}

/** The database keeps no order within settings. */
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isObject(value)) return value;
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([key, member]) => [key, sortKeys(member)]));
}

/** A value with its keys in the order that another one has them; new ones come last. */
function arrange(value: unknown, model: unknown): unknown {
  if (Array.isArray(value)) {
    const models: readonly unknown[] = Array.isArray(model) ? model : [];
    return value.map((element, index) => arrange(element, models[index]));
  }
  if (!isObject(value)) return value;
  const known = isObject(model) ? model : {};
  const keys = new Set([
    ...Object.keys(known).filter((key) => Object.hasOwn(value, key)),
    ...Object.keys(value),
  ]);
  return Object.fromEntries([...keys].map((key) => [key, arrange(value[key], known[key])]));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `used` is what stands before the value on its line, behind the indent. */
function printValue(value: unknown, indent: string, used: number): string {
  if (typeof value === "string") return quote(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const onOneLine = printOnOneLine(value);
  // The comma that follows has to fit as well.
  if (indent.length + used + onOneLine.length + 1 <= LINE_WIDTH) return onOneLine;
  return Array.isArray(value) ? printArray(value, indent) : printObject(value, indent);
}

function printArray(values: readonly unknown[], indent: string): string {
  const inner = indent + INDENT;
  const lines = values.map((value) => `${inner}${printValue(value, inner, 0)},\n`);
  return `[\n${lines.join("")}${indent}]`;
}

function printObject(value: unknown, indent: string, always = false): string {
  const members = Object.entries(value as Readonly<Record<string, unknown>>);
  if (members.length === 0 && !always) return "{}";
  const inner = indent + INDENT;
  const names = printKeys(members.map(([key]) => key));
  const lines = members.map(([, member], index) => {
    const name = names[index] ?? "";
    return `${inner}${name}: ${printValue(member, inner, name.length + 2)},\n`;
  });
  return `{\n${lines.join("")}${indent}}`;
}

function printOnOneLine(value: unknown): string {
  if (typeof value === "string") return quote(value);
  if (Array.isArray(value)) return `[${value.map(printOnOneLine).join(", ")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.entries(value);
  if (members.length === 0) return "{}";
  const names = printKeys(members.map(([key]) => key));
  return `{ ${members.map(([, member], index) => `${names[index]}: ${printOnOneLine(member)}`).join(", ")} }`;
}

/** Quoted where they have to be. */
function printKeys(keys: readonly string[]): string[] {
  return keys.map((key) => (/^[A-Za-z_$][\w$]*$/.test(key) ? key : quote(key)));
}

/** In double quotes, unless single ones need fewer escapes. */
function quote(text: string): string {
  const json = JSON.stringify(text).replace(/[\u2028\u2029]/g, (separator) =>
    separator === "\u2028" ? "\\u2028" : "\\u2029",
  );
  const doubles = text.split('"').length - 1;
  const singles = text.split("'").length - 1;
  if (doubles <= singles) return json;
  return `'${json.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
