import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parse as parseSql } from "libpg-query";
import { parseAllDocuments } from "yaml";
import { z } from "zod";
import { VERBS } from "../../packages/server/src/cli/verbs.ts";
import { planDefinitions } from "../../packages/server/src/plans/plan.ts";
import { SETTINGS_SCHEMAS } from "../../packages/server/src/scripts/settings.ts";
import type { DocBlock } from "./readme-blocks-reader.ts";
import { HOME } from "./readme-blocks-programs.ts";

/** Stands for any text in what a document shows. */
const ANYTHING = "…";

/** What is wrong with a block of JSON: its syntax, or what it is marked as. */
export async function checkJson({ text, marks, options }: DocBlock): Promise<string | undefined> {
  const value = readJson(text);
  if (value === undefined) return "is no JSON";
  if (marks.has("plans")) return describeIssues(planDefinitions.safeParse(value));
  const type = options.get("settings");
  if (type !== undefined) {
    if (!isScriptType(type)) return `there are no scripts of the type ${type}`;
    return describeIssues(SETTINGS_SCHEMAS[type].safeParse(value));
  }
  for (const side of ["body", "answer"] as const) {
    const operation = options.get(side);
    if (operation !== undefined) return checkBySchema(value, operation, side);
  }
  return undefined;
}

/** Undefined where the text is none. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isScriptType(text: string): text is keyof typeof SETTINGS_SCHEMAS {
  return Object.hasOwn(SETTINGS_SCHEMAS, text);
}

function describeIssues({ error }: z.ZodSafeParseResult<unknown>): string | undefined {
  return error === undefined ? undefined : z.prettifyError(error);
}

type Schema = Readonly<Record<string, unknown>>;

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Schema;
}

interface Operation {
  readonly operationId: string;
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content>>;
}

interface Content {
  readonly content?: { readonly "application/json"?: { readonly schema: Schema } };
}

/** Holds a value to the published schema of an operation of the REST API. */
async function checkBySchema(
  value: unknown,
  name: string,
  side: "body" | "answer",
): Promise<string | undefined> {
  const openApi = JSON.parse(await readFile(join(HOME, "openapi.json"), "utf8")) as OpenApi;
  const operations = Object.values(openApi.paths).flatMap((path) => Object.values(path));
  const operation = operations.find(({ operationId }) => operationId === name);
  if (operation === undefined) return `there is no operation ${name}`;
  const good = Object.entries(operation.responses).find(([status]) => status.startsWith("2"))?.[1];
  const schema = (side === "body" ? operation.requestBody : good)?.content?.["application/json"]?.schema;
  if (schema === undefined) return `${name} has no ${side}`;
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  const validate = ajv.compile({ ...schema, components: openApi.components });
  return validate(value) ? undefined : ajv.errorsText(validate.errors, { dataVar: side });
}

export function checkYaml(text: string): string | undefined {
  for (const { errors } of parseAllDocuments(text)) {
    if (errors[0] !== undefined) return errors[0].message;
  }
  return undefined;
}

/** Asks PostgreSQL's own parser. */
export async function checkSql(text: string): Promise<string | undefined> {
  try {
    await parseSql(text);
    return undefined;
  } catch (error) {
    return String(error);
  }
}

/** Lines that no check can run: bash must read them, and what they name of ours must exist. */
export async function checkShell(text: string): Promise<string | undefined> {
  const { status, stderr } = spawnSync("bash", ["-n"], { input: text, encoding: "utf8" });
  if (status !== 0) return stderr.trim();
  const commands = text.replaceAll(/^\s*#.*$|\s#\s.*$/gm, "");
  for (const [, verb = ""] of commands.matchAll(/^\s*(?:npx )?skerry ([a-z]\S*)/gm)) {
    if (!VERBS.has(verb)) return `there is no command skerry ${verb}`;
  }
  const programs = await readNpmPrograms();
  for (const [, name = ""] of commands.matchAll(/\bnpm run (?:-[\w-]+ (?:examples )?)*([a-z][\w:-]*)/g)) {
    if (!programs.has(name)) return `there is no npm run ${name}`;
  }
  return undefined;
}

async function readNpmPrograms(): Promise<Set<string>> {
  const names = new Set<string>();
  for (const file of ["package.json", "examples/package.json"]) {
    const { scripts } = JSON.parse(await readFile(join(HOME, file), "utf8")) as { scripts: object };
    for (const name of Object.keys(scripts)) names.add(name);
  }
  return names;
}

/** Whether a text is what a document shows, in which `…` stands for anything. */
export function fitsText(shown: string, actual: string): boolean {
  const parts = shown.trim().split(ANYTHING);
  const patterns = parts.map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`));
  return new RegExp(`^${patterns.join("[^]*?")}$`).test(actual.trim());
}

/** Whether a value is what a document shows; objects may have more than is shown. */
export function fitsValue(shown: unknown, actual: unknown): boolean {
  if (typeof shown === "string") {
    return shown === ANYTHING || (typeof actual === "string" && fitsText(shown, actual));
  }
  if (typeof shown !== "object" || shown === null) return shown === actual;
  if (typeof actual !== "object" || actual === null || Array.isArray(shown) !== Array.isArray(actual)) {
    return false;
  }
  if (Array.isArray(shown) && shown.length !== (actual as unknown[]).length) return false;
  return Object.entries(shown).every(([key, value]) =>
    fitsValue(value, (actual as Readonly<Record<string, unknown>>)[key]),
  );
}
