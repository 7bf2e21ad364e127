import type { AnyNode, MemberExpression } from "acorn";
import type { SourceRange } from "../errors.ts";
import { bindingsAt } from "./bindings.ts";
import { type Cursor, type CursorSyntax, findCursor, readToCursor } from "./cursor.ts";
import { documentFunction, writeSignature } from "./documentation.ts";
import type { GlobalName, Globals } from "./globals.ts";
import { Inference } from "./inference.ts";
import type { Language } from "./language.ts";
import { nativeMembersOf } from "./native-members.ts";
import type { Member, Shape } from "./shape.ts";

export type CompletionKind = "opener" | "variable" | "property" | "function" | "method" | "node";

/** Something that may be written at a position. */
export interface Completion {
  /** What to show. */
  readonly label: string;
  readonly kind: CompletionKind;
  /** One line: a signature, a type, or the value in the sample. */
  readonly detail?: string;
  /** Markdown. */
  readonly documentation?: string;
  /** What to write instead of the text in `range`. */
  readonly insertText: string;
  /** Where the cursor goes in `insertText`. Default: behind it. */
  readonly cursorOffset?: number;
  /** In the template. */
  readonly range: SourceRange;
  readonly isDeprecated?: boolean;
}

/** What may be written at a position, the most likely first. */
export interface CompletionList {
  readonly items: readonly Completion[];
  /** Whether there are more than are listed: ask again when more has been typed. */
  readonly isIncomplete: boolean;
}

/** More than anybody reads; of data no more is looked at. */
const MAX_ITEMS = 250;
/** Names in one object that are compared with what was typed. */
const MAX_NAMES = 5_000;
const OPENER = "{{  }}";
const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;
/** Functions whose first argument is the name of a node, and objects that have nodes as members. */
const NODE_NAMES: ReadonlySet<string> = new Set(["$", "$items", "$node"]);

/** An entry before it has its place, and the words by which it can be found as well. */
interface Candidate extends Omit<Completion, "range"> {
  readonly range?: SourceRange;
  readonly keywords?: readonly string[];
}

export function complete(
  template: string,
  position: number,
  language: Language,
  globals: Globals,
): CompletionList {
  const cursor = findCursor(template, position);
  if (!cursor) return completeText(template, position);
  // Numbers have nothing that completes them.
  const syntax = /^\d/.test(cursor.word) ? undefined : readToCursor(cursor);
  if (!syntax) return { items: [], isIncomplete: false };
  const inference = new Inference(syntax.tree, language, globals);
  return new Completing(cursor, syntax, language, globals, inference).complete();
}

/** Outside of code there is nothing but its beginning. */
function completeText(template: string, position: number): CompletionList {
  const braces = /\{{0,2}$/.exec(template.slice(Math.max(0, position - 2), position))?.[0].length ?? 0;
  const range = { start: position - braces, end: position };
  const item = { label: "{{ }}", kind: "opener", insertText: OPENER, cursorOffset: 3, range } as const;
  return { items: [{ ...item, detail: "expression" }], isIncomplete: false };
}

class Completing {
  readonly #cursor: Cursor;
  readonly #syntax: CursorSyntax;
  readonly #language: Language;
  readonly #globals: Globals;
  readonly #inference: Inference;
  /** Whether there are more members than were looked at. */
  #isCut = false;

  constructor(
    cursor: Cursor,
    syntax: CursorSyntax,
    language: Language,
    globals: Globals,
    inference: Inference,
  ) {
    this.#cursor = cursor;
    this.#syntax = syntax;
    this.#language = language;
    this.#globals = globals;
    this.#inference = inference;
  }

  complete(): CompletionList {
    const { node, tree, text, start } = this.#syntax;
    const parent = tree.parentOf(node);
    if (node.type === "Literal") {
      return this.#list(this.#keysFor(node, parent), text, this.#rangeOfText(start));
    }
    const range = this.#place(this.#cursor.wordRange);
    if (parent?.type === "MemberExpression" && parent.property === node && !parent.computed) {
      return this.#list(this.#members(parent), text, range);
    }
    return this.#list(isDeclared(node, parent) ? [] : this.#names(node), text, range);
  }

  #list(candidates: Iterable<Candidate>, typed: string, range: SourceRange): CompletionList {
    const items: Completion[] = [];
    for (const { keywords = [], ...candidate } of candidates) {
      if (![candidate.label, ...keywords].some((text) => isMatch(text, typed))) continue;
      if (items.length === MAX_ITEMS) {
        this.#isCut = true;
        break;
      }
      items.push({ range, ...candidate });
    }
    return { items: sortByFit(items, typed), isIncomplete: this.#isCut };
  }

  *#names(node: AnyNode): Iterable<Candidate> {
    const seen = new Set<string>();
    for (const binding of bindingsAt(node, this.#syntax.tree)) {
      const { name } = binding;
      if (name === "" || seen.has(name) || !IDENTIFIER.test(name)) continue;
      seen.add(name);
      const { detail } = this.#inference.shapeOfBinding(binding);
      yield { label: name, kind: "variable", detail, insertText: name };
    }
    for (const each of this.#globals.list()) {
      // A name with a blank is no name in code.
      if (!seen.has(each.name) && IDENTIFIER.test(each.name)) yield this.#describeGlobal(each);
    }
  }

  #describeGlobal({ name, kind, detail, documentation, hasParameters }: GlobalName): Candidate {
    return {
      label: name,
      kind,
      detail,
      ...(documentation !== undefined && { documentation }),
      ...(kind === "function" ? this.#writeCall(name, hasParameters ?? true) : { insertText: name }),
    };
  }

  *#members(access: MemberExpression): Iterable<Candidate> {
    const receiver = this.#inference.shapeOf(access.object);
    for (const member of this.#matching(receiver)) yield this.#describeMember(member, access);
    const listedNames = new Set<string>();
    for (const listed of this.#language.functionsFor(receiver)) {
      const { name, aliases = [], keywords = [], parameters, deprecated } = listed;
      listedNames.add(name);
      yield {
        label: name,
        kind: "method",
        detail: writeSignature(listed),
        documentation: documentFunction(listed),
        keywords: [...aliases, ...keywords],
        ...this.#writeCall(name, parameters.length > 0),
        ...(deprecated !== undefined && { isDeprecated: true }),
      };
    }
    for (const [name, { isMethod, type }] of nativeMembersOf(receiver.typeName)) {
      if (listedNames.has(name)) continue;
      const detail = /^(?:same|mapped)$/.test(type) ? "array" : type;
      yield isMethod
        ? { label: name, kind: "method", detail: `${name}(…): ${detail}`, ...this.#writeCall(name, true) }
        : { label: name, kind: "property", detail, insertText: name };
    }
  }

  /** Members that fit what was typed; of the others no more than the name is looked at. */
  *#matching(shape: Shape): Iterable<Member> {
    let count = 0;
    for (const name of shape.names()) {
      if (++count > MAX_NAMES) {
        this.#isCut = true;
        return;
      }
      const member = isMatch(name, this.#syntax.text) ? shape.member(name) : undefined;
      if (member) yield member;
    }
  }

  #describeMember({ name, shape, isMethod, description }: Member, access: MemberExpression): Candidate {
    const text = {
      label: name,
      detail: shape.detail,
      ...(description !== undefined && { documentation: description }),
    };
    if (isMethod) return { ...text, kind: "method", ...this.#writeCall(name, false) };
    if (IDENTIFIER.test(name)) return { ...text, kind: "property", insertText: name };
    // Brackets take the place of the dot.
    const { source, wordRange } = this.#cursor;
    const dot = source.lastIndexOf(access.optional ? "?." : ".", wordRange.start);
    const insertText = `${access.optional ? "?." : ""}[${JSON.stringify(name)}]`;
    return {
      ...text,
      kind: "property",
      insertText,
      range: this.#place({ start: dot, end: wordRange.end }),
    };
  }

  /** What a text that is being written may say. */
  *#keysFor(node: AnyNode, parent: AnyNode | undefined): Iterable<Candidate> {
    const isNode =
      (parent?.type === "CallExpression" && parent.arguments[0] === node && isNodeName(parent.callee)) ||
      (parent?.type === "MemberExpression" && parent.property === node && isNodeName(parent.object));
    if (isNode) {
      for (const name of this.#globals.nodeNames) {
        yield { label: name, kind: "node", insertText: this.#escape(name) };
      }
    } else if (parent?.type === "MemberExpression" && parent.property === node) {
      for (const { name, shape } of this.#matching(this.#inference.shapeOf(parent.object))) {
        yield { label: name, kind: "property", detail: shape.detail, insertText: this.#escape(name) };
      }
    }
  }

  /** A text as it is written between the quotes at the cursor. */
  #escape(text: string): string {
    const quote = this.#cursor.source.charAt(this.#syntax.start);
    const json = JSON.stringify(text).slice(1, -1);
    return quote === '"' ? json : json.replaceAll('\\"', '"').replaceAll(quote, `\\${quote}`);
  }

  /** From the opening quote to the closing one, or to the cursor where there is none. */
  #rangeOfText(start: number): SourceRange {
    const { source, offset, wordRange } = this.#cursor;
    const quote = source.charAt(start);
    const rest = source.slice(offset).split(/[\n\r]/, 1)[0] ?? "";
    const closing = rest.indexOf(quote);
    return this.#place({ start: start + 1, end: closing === -1 ? wordRange.end : offset + closing });
  }

  #writeCall(name: string, hasParameters: boolean): Pick<Completion, "insertText" | "cursorOffset"> {
    const { source, wordRange } = this.#cursor;
    if (/^\s*\(/.test(source.slice(wordRange.end, wordRange.end + 10))) return { insertText: name };
    const insertText = `${name}()`;
    return hasParameters ? { insertText, cursorOffset: name.length + 1 } : { insertText };
  }

  #place({ start, end }: SourceRange): SourceRange {
    return { start: this.#cursor.start + start, end: this.#cursor.start + end };
  }
}

/** Whether the node is a name that is being given, not used. */
function isDeclared(node: AnyNode, parent: AnyNode | undefined): boolean {
  switch (parent?.type) {
    case "VariableDeclarator":
      return parent.id === node;
    case "FunctionExpression":
    case "FunctionDeclaration":
      return true;
    case "Property":
      return parent.key === node && !parent.computed && !parent.shorthand;
    default:
      return false;
  }
}

function isNodeName(callee: AnyNode): boolean {
  return callee.type === "Identifier" && NODE_NAMES.has(callee.name);
}

/** What begins with what was typed comes first, what is deprecated last; else the order stays. */
function sortByFit(items: readonly Completion[], typed: string): readonly Completion[] {
  const rank = ({ label, isDeprecated }: Completion): number =>
    (isDeprecated ? 2 : 0) + (label.toLowerCase().startsWith(typed.toLowerCase()) ? 0 : 1);
  return items.toSorted((one, other) => rank(one) - rank(other));
}

function isMatch(text: string, typed: string): boolean {
  return typed === "" || text.toLowerCase().includes(typed.toLowerCase());
}
