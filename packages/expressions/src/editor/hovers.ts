import type { MemberExpression } from "acorn";
import type { SourceRange } from "../errors.ts";
import { findCursor, readName } from "./cursor.ts";
import { documentFunction, writeSignature } from "./documentation.ts";
import type { Globals } from "./globals.ts";
import { Inference } from "./inference.ts";
import type { Language } from "./language.ts";
import { nativeMembersOf } from "./native-members.ts";

/** What is known of a name in a template. */
export interface Hover {
  /** Markdown. */
  readonly contents: string;
  /** The name, in the template. */
  readonly range: SourceRange;
}

export function findHover(
  template: string,
  position: number,
  language: Language,
  globals: Globals,
): Hover | undefined {
  const cursor = findCursor(template, position);
  const syntax = cursor && readName(cursor);
  if (!syntax) return undefined;
  const { tree, node, text } = syntax;
  const inference = new Inference(tree, language, globals);
  const parent = tree.parentOf(node);
  const isMember = parent?.type === "MemberExpression" && parent.property === node && !parent.computed;
  const contents = isMember
    ? describeMember(parent, text, language, inference)
    : describeName(inference, globals, syntax);
  const { start, end } = cursor.wordRange;
  return contents === undefined
    ? undefined
    : { contents, range: { start: cursor.start + start, end: cursor.start + end } };
}

function describeName(
  inference: Inference,
  globals: Globals,
  { node, text }: NonNullable<ReturnType<typeof readName>>,
): string | undefined {
  const local = inference.findLocal(node, text);
  if (local) return writeCode(`${text}: ${inference.shapeOfBinding(local).detail}`);
  const found = globals.find(text);
  if (!found) return undefined;
  const { kind, detail, documentation } = found;
  const isSignature = kind === "function" && detail.startsWith(`${text}(`);
  return join(writeCode(isSignature ? detail : `${text}: ${detail}`), documentation);
}

function describeMember(
  { object }: MemberExpression,
  name: string,
  language: Language,
  inference: Inference,
): string | undefined {
  const receiver = inference.shapeOf(object);
  const own = receiver.member(name);
  if (own) return join(writeCode(`${name}: ${own.shape.detail}`), own.description ?? own.shape.description);
  const listed = language.functionOn(receiver, name);
  if (listed) return join(writeCode(writeSignature(listed)), documentFunction(listed));
  const native = nativeMembersOf(receiver.typeName).get(name);
  if (!native) return undefined;
  return writeCode(native.isMethod ? `${name}(…): ${native.type}` : `${name}: ${native.type}`);
}

function writeCode(code: string): string {
  return ["```ts", code, "```"].join("\n");
}

function join(code: string, documentation: string | undefined): string {
  return documentation === undefined ? code : `${code}\n\n${documentation}`;
}
