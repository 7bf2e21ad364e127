import { parse } from "@babel/parser";
import type { ScriptLanguage } from "../../db/schema.ts";
import { ComputedValueError, readLiteral, unwrap } from "./literal.ts";
import type { Expression, Literal, Program, Statement } from "./literal.ts";
import type { FileProblem } from "./problem.ts";

/** `export const config = { … }` as it stands in a source. */
export interface ConfigExport extends Literal {
  readonly value: Readonly<Record<string, unknown>>;
  /** Of the object, in UTF-16 code units; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
}

/** What a look at a source came to. */
export interface FoundConfig {
  /** Undefined where the source has none. */
  readonly found: ConfigExport | undefined;
  /** Where one could be put, in UTF-16 code units: behind the imports and what is said of the whole file. */
  readonly insertAt: number;
  readonly problem: Omit<FileProblem, "file"> | undefined;
}

const NAME = "config";
const ADVICE = "write it out as `export const config = { … }`, without anything that would have to be run";

/** Finds the `config` of a script without running anything. Most errors of syntax elsewhere are left to the compiler. */
export function findConfigExport(source: string, language: ScriptLanguage): FoundConfig {
  try {
    const program = parseModule(source, language);
    const insertAt = findGap(source, program);
    const written = program.body.map(findWritten).find((node) => node !== undefined);
    return { found: written && readExport(written), insertAt, problem: undefined };
  } catch (error) {
    return { found: undefined, insertAt: 0, problem: describe(error) };
  }
}

function parseModule(source: string, language: ScriptLanguage): Program {
  return parse(source, {
    sourceType: "module",
    errorRecovery: true,
    plugins: language === "ts" ? ["typescript", "decorators"] : ["decorators"],
  }).program;
}

/** What the parser or the reader has against a source; whatever else is thrown is a defect. */
function describe(error: unknown): Omit<FileProblem, "file"> {
  if (error instanceof ComputedValueError) return { message: error.message, ...error.place };
  if (error instanceof RangeError) return { message: "is nested too deep to be read" };
  if (!(error instanceof SyntaxError)) throw error;
  const { loc, reasonCode } = error as SyntaxError & {
    readonly loc?: { readonly line: number; readonly column: number };
    readonly reasonCode?: string;
  };
  const isOtherLanguage = /^Missing.*Plugin/.test(reasonCode ?? "");
  const message = isOtherLanguage
    ? "Unexpected token: a script is JavaScript or, in a .ts file, TypeScript"
    : error.message.replace(/ \(\d+:\d+\)$/, "");
  return loc === undefined ? { message } : { message, line: loc.line, column: loc.column + 1 };
}

/**
 * What a statement exports as `config`.
 *
 * @returns undefined for nothing of the kind.
 * @throws ComputedValueError for what has no value that stands there.
 */
function findWritten(statement: Statement): Expression | undefined {
  if (statement.type !== "ExportNamedDeclaration" || statement.exportKind === "type") return undefined;
  const { declaration, specifiers } = statement;
  if (declaration?.type === "VariableDeclaration") {
    const declared = declaration.declarations.find(({ id }) => id.type === "Identifier" && id.name === NAME);
    if (declared === undefined) return undefined;
    if (declaration.kind === "const" && declared.init) return declared.init;
    throw new ComputedValueError(`${NAME} cannot be read: ${ADVICE}`, declared);
  }
  const exported = specifiers.map((specifier) => specifier.exported);
  const declared = declaration && "id" in declaration ? [declaration.id] : [];
  for (const name of [...exported, ...declared]) {
    if (name?.type === "Identifier" && name.name === NAME)
      throw new ComputedValueError(`${NAME} cannot be read: ${ADVICE}`, name);
  }
  return undefined;
}

function readExport(written: Expression): ConfigExport {
  const node = unwrap(written);
  if (node.type !== "ObjectExpression") throw new ComputedValueError(`${NAME} is no object: ${ADVICE}`, node);
  const { value, places } = readLiteral(node, NAME);
  return { value: value as ConfigExport["value"], places, start: node.start ?? 0, end: node.end ?? 0 };
}

/** Behind the last import; without one, before the first statement and the comments that belong to it. */
function findGap(source: string, { body }: Program): number {
  const lastImport = body.findLast(({ type }) => type === "ImportDeclaration");
  if (lastImport !== undefined) {
    const lineEnd = source.indexOf("\n", lastImport.end ?? 0);
    return lineEnd < 0 ? source.length : lineEnd + 1;
  }
  const [first] = body;
  let gap = first?.start ?? source.length;
  for (const { start = gap, end = gap } of (first?.leadingComments ?? []).toReversed()) {
    if (/\n\s*\n/.test(source.slice(end, gap))) break;
    gap = start;
  }
  return gap;
}
