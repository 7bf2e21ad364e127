import type { CallExpression, Identifier } from "acorn";
import type { ChunkErrorCode } from "../compiler/chunk-error.ts";
import { type TemplateChunk, examineTemplate } from "../compiler/template-reading.ts";
import { CONTEXT_NAMES, LANGUAGE_NAMES } from "../compiler/names.ts";
import type { SourceRange } from "../errors.ts";
import type { Globals } from "./globals.ts";
import { Inference } from "./inference.ts";
import type { Language } from "./language.ts";
import { nativeMembersOf } from "./native-members.ts";
import type { Shape } from "./shape.ts";
import { findSimilar } from "./spelling.ts";
import { SyntaxTree } from "./syntax-tree.ts";

/** Something in a template that is wrong, or may be. */
export interface EditorDiagnostic {
  /** `error`: it cannot be evaluated. `warning`: it fails with values such as these. `hint`: it may be a slip. */
  readonly severity: "error" | "warning" | "hint";
  readonly code: ChunkErrorCode | "UNKNOWN_FUNCTION" | "UNKNOWN_NAME";
  /** What is wrong and how to mend it, without the place. */
  readonly message: string;
  /** In the template. */
  readonly range: SourceRange;
}

/** What is told of one template beside its errors. */
const MAX_HINTS = 50;

const PLURALS: Readonly<Record<string, string>> = {
  string: "strings",
  number: "numbers",
  boolean: "booleans",
  array: "arrays",
  object: "objects",
  date: "dates",
  any: "every value",
};

/** Everything wrong that can be told without evaluating, in the order of the template. */
export function diagnose(
  template: string,
  language: Language,
  globals: Globals,
): readonly EditorDiagnostic[] {
  const { chunks, diagnostics } = examineTemplate(template);
  const errors = diagnostics.map((each): EditorDiagnostic => ({ severity: "error", ...each }));
  const hints: EditorDiagnostic[] = [];
  for (const chunk of chunks) {
    for (const hint of hintsFor(chunk, language, globals)) {
      if (hints.length < MAX_HINTS) hints.push(hint);
    }
    if (hints.length >= MAX_HINTS) break;
  }
  return [...errors, ...hints].toSorted((one, other) => one.range.start - other.range.start);
}

function* hintsFor(chunk: TemplateChunk, language: Language, globals: Globals): Iterable<EditorDiagnostic> {
  const tree = new SyntaxTree(chunk.expression);
  const inference = new Inference(tree, language, globals);
  for (const node of tree.nodes) {
    const hint =
      node.type === "CallExpression"
        ? checkCall(node, language, inference)
        : node.type === "Identifier" && chunk.analysis.free.has(node)
          ? checkName(node, globals)
          : undefined;
    if (!hint) continue;
    const { start, end } = hint.range;
    yield { ...hint, range: { start: chunk.range.start + start, end: chunk.range.start + end } };
  }
}

/** Whether a method is one that the value has. */
function checkCall(
  { callee }: CallExpression,
  language: Language,
  inference: Inference,
): EditorDiagnostic | undefined {
  if (callee.type !== "MemberExpression" || callee.computed || callee.property.type !== "Identifier") {
    return undefined;
  }
  const { property } = callee;
  const { name } = property;
  const receiver = inference.shapeOf(callee.object);
  if (language.functionOn(receiver, name) || isOwn(receiver, name)) return undefined;
  if (receiver.receiver === "any" || receiver.receiver === "object") {
    return checkSpelling(receiver, property, language);
  }
  const others = language.receiversOf(name).map((type) => PLURALS[type] ?? type);
  const plural = PLURALS[receiver.receiver] ?? receiver.typeName;
  const names = [
    ...language.functionsFor(receiver).map((each) => each.name),
    ...nativeMembersOf(receiver.typeName).keys(),
  ];
  const message =
    others.length > 0
      ? `${name}() is for ${others.join(" and ")}, not for ${plural}`
      : `There is no function ${name}() for ${plural}${suggest(name, names)}`;
  return { severity: "warning", code: "UNKNOWN_FUNCTION", message, range: property };
}

/** Of a value that nothing is known of, only a function that is nearly one of ours can be told. */
function checkSpelling(
  receiver: Shape,
  property: Identifier,
  language: Language,
): EditorDiagnostic | undefined {
  if (receiver.typeName !== "any" && receiver.typeName !== "object") return undefined;
  const suggestion = suggest(
    property.name,
    language.functionsFor(receiver).map((each) => each.name),
  );
  if (suggestion === "" || isNativeSomewhere(property.name)) return undefined;
  const message = `There may be no function ${property.name}()${suggestion}`;
  return { severity: "hint", code: "UNKNOWN_FUNCTION", message, range: property };
}

function checkName(node: Identifier, globals: Globals): EditorDiagnostic | undefined {
  const { name } = node;
  if (!globals.hasData || LANGUAGE_NAMES.has(name) || CONTEXT_NAMES.has(name) || globals.find(name))
    return undefined;
  const message = `Nothing in the sample data is called ${name}: without it, it is undefined${suggest(name, globals.listNames())}`;
  return { severity: "hint", code: "UNKNOWN_NAME", message, range: node };
}

function isOwn(receiver: Shape, name: string): boolean {
  if (receiver.member(name) || nativeMembersOf(receiver.typeName).has(name)) return true;
  const prototype = PROTOTYPES[receiver.typeName];
  return prototype !== undefined && name in prototype;
}

/** What every editor's own realm knows of the types, seldom used members included. */
const PROTOTYPES: Readonly<Record<string, object>> = {
  string: String.prototype,
  number: Number.prototype,
  boolean: Boolean.prototype,
  array: Array.prototype,
  object: Object.prototype,
  Date: Date.prototype,
};

function isNativeSomewhere(name: string): boolean {
  return [...Object.values(PROTOTYPES), Map.prototype, Set.prototype, RegExp.prototype].some(
    (prototype) => name in prototype,
  );
}

function suggest(name: string, names: Iterable<string>): string {
  const similar = findSimilar(name, names);
  return similar === undefined ? "" : `. Did you mean ${similar}?`;
}
