import type { AnyNode, CallExpression, ChainExpression, Expression, MemberExpression, Super } from "acorn";
import type { MagicString } from "magic-string";

export type ChainNode = MemberExpression | CallExpression | ChainExpression;
type Link = MemberExpression | CallExpression;

/** Members and calls that follow each other, e.g. `a?.b.first().c`. */
export interface Chain {
  readonly node: ChainNode;
  /** What it begins with: no link, or one that only makes sense as it is written. */
  readonly root: AnyNode;
  readonly links: readonly Link[];
}

/** @param isOpaque Whether a call is no link. */
export function readChain(node: ChainNode, isOpaque: (call: CallExpression) => boolean): Chain {
  const links: Link[] = [];
  let root: Expression | Super = node.type === "ChainExpression" ? node.expression : node;
  for (;;) {
    if (root.type === "MemberExpression" && root.object.type !== "Super") {
      links.unshift(root);
      root = root.object;
    } else if (root.type === "CallExpression" && root.callee.type !== "Super" && !isOpaque(root)) {
      links.unshift(root);
      root = root.callee;
    } else return { node, root, links };
  }
}

/** What a chain needs to know to be rewritten. */
export interface ChainRules {
  /** Local that holds what the runtime gives to compiled code. */
  readonly runtimeName: string;
  /** Local that no code but that of chains uses. */
  readonly temporaryName: string;
  /** Whether `receiver.name(…)` may be a call of an extension function. */
  isExtension(receiver: AnyNode, name: string): boolean;
}

/** A stretch of a chain that is evaluated whenever its beginning is. */
interface Stretch {
  prefix: string;
}

/**
 * Lets the runtime make the calls that may be of an extension function.
 *
 * `x.first(1)` becomes `$r.call(x, "first", [1])`. Where such a call may be skipped, because of a `?.` before it, the
 * chain becomes a condition: `a?.b.first()` is `(($t = a) == null ? void 0 : $r.call($t.b, "first", []))`. `$t` is
 * read right after it was set, so one is enough for all. `x.first?.()` asks `$r.method(x, "first")` for the function.
 *
 * @param text Gets the edits. What stands inside of the chain must be rewritten before.
 * @returns Whether the chain is a condition now: it begins with a parenthesis and uses the temporary.
 */
export function rewriteChain(text: MagicString, chain: Chain, rules: ChainRules): boolean {
  return new ChainRewriting(text, chain, rules).rewrite();
}

class ChainRewriting {
  readonly #text: MagicString;
  readonly #chain: Chain;
  readonly #rules: ChainRules;
  readonly #isCondition: boolean;
  readonly #first: Stretch = { prefix: "" };
  #current = this.#first;
  /** Edits wait until the prefixes of their stretches are complete. */
  readonly #edits: (() => void)[] = [];

  constructor(text: MagicString, chain: Chain, rules: ChainRules) {
    this.#text = text;
    this.#chain = chain;
    this.#rules = rules;
    const firstOptional = chain.links.findIndex(({ optional }) => optional);
    const lastExtension = chain.links.findLastIndex((_, index) => this.#extensionName(index) !== undefined);
    this.#isCondition =
      firstOptional !== -1 && lastExtension >= firstOptional && !chain.links.some(isPrivateCall);
  }

  rewrite(): boolean {
    const { links, node } = this.#chain;
    for (const [index, link] of links.entries()) {
      if (link.type === "MemberExpression") this.#rewriteMember(link, index);
      else this.#rewriteCall(link, index);
    }
    for (const edit of this.#edits) edit();
    const opening = this.#isCondition ? `(${this.#first.prefix}` : this.#first.prefix;
    if (opening !== "") this.#text.prependRight(node.start, opening);
    if (this.#isCondition) this.#text.appendLeft(node.end, ")");
    return this.#isCondition;
  }

  /** The extension function that a link may call. */
  #extensionName(index: number): string | undefined {
    const call = this.#chain.links[index];
    const member = this.#chain.links[index - 1];
    if (call?.type !== "CallExpression" || member?.type !== "MemberExpression") return undefined;
    const { computed, object, property } = member;
    if (computed || property.type !== "Identifier") return undefined;
    return this.#rules.isExtension(object, property.name) ? property.name : undefined;
  }

  #rewriteMember(member: MemberExpression, index: number): void {
    const stretch = this.#begin(member);
    const { object, property } = member;
    const call = this.#chain.links[index + 1];
    const isCalledOptionally = call?.type === "CallExpression" && call.optional;
    const extensionName = this.#extensionName(index + 1);
    if (call?.type === "CallExpression" && extensionName !== undefined && !call.optional) {
      this.#open(".call(");
      const [argument] = call.arguments;
      const middle = `, ${JSON.stringify(extensionName)}, [`;
      this.#replace(object.end, argument?.start ?? call.end, argument ? middle : `${middle}])`, stretch);
    } else if (
      this.#isCondition &&
      isCalledOptionally &&
      !member.computed &&
      property.type === "Identifier"
    ) {
      this.#open(".method(");
      this.#replace(object.end, member.end, `, ${JSON.stringify(property.name)})`, stretch);
    } else if (this.#isCondition && isCalledOptionally) {
      this.#open(".method(");
      this.#replace(object.end, property.start, ", (", stretch);
      this.#replace(property.end, member.end, "))");
    } else if (stretch) {
      this.#replace(object.end, property.start, member.computed ? "[" : ".", stretch);
    }
  }

  #rewriteCall(call: CallExpression, index: number): void {
    const stretch = this.#begin(call);
    const first = call.arguments[0];
    const last = call.arguments.at(-1);
    if (stretch) this.#replace(call.callee.end, first?.start ?? call.end, first ? "(" : "()", stretch);
    else if (last && !call.optional && this.#extensionName(index) !== undefined) {
      this.#replace(last.end, call.end, "])");
    }
  }

  /** Begins a new stretch at a `?.`. */
  #begin({ optional }: Link): Stretch | undefined {
    if (!this.#isCondition || !optional) return undefined;
    this.#current.prefix = `(${this.#rules.temporaryName} = ${this.#current.prefix}`;
    this.#current = { prefix: "" };
    return this.#current;
  }

  #open(method: string): void {
    this.#current.prefix = this.#rules.runtimeName + method + this.#current.prefix;
  }

  /** @param stretch The one that begins here. */
  #replace(start: number, end: number, content: string, stretch?: Stretch): void {
    this.#edits.push(() => {
      const condition = stretch ? `) == null ? void 0 : ${stretch.prefix}${this.#rules.temporaryName}` : "";
      this.#text.update(start, end, condition + content);
    });
  }
}

/** Whether a link is `x.#method?.()`, of which the runtime cannot be asked. */
function isPrivateCall(link: Link): boolean {
  if (link.type !== "CallExpression" || !link.optional) return false;
  return link.callee.type === "MemberExpression" && link.callee.property.type === "PrivateIdentifier";
}
