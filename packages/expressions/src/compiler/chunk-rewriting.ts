import type { AnyNode, CallExpression, Expression } from "acorn";
import { MagicString } from "magic-string";
import { type ChainNode, type ChainRules, readChain, rewriteChain } from "./chain-rewriting.ts";
import type { ChunkAnalysis } from "./chunk-analysis.ts";
import { isLanguageFunction } from "./names.ts";
import { visitChildren } from "./nodes.ts";

/** A piece of code that has been understood. */
export interface Chunk {
  readonly source: string;
  /** Positions count from the beginning of the source. */
  readonly expression: Expression;
  readonly analysis: ChunkAnalysis;
}

/** Names in compiled code; none of them occurs in the code of the author. */
export interface CompiledNames {
  readonly runtime: string;
  readonly temporary: string;
  /** What stands for `this` outside of the author's own functions. */
  readonly self: string;
}

/** Text of the expression as the guest evaluates it: the author's text, changed where the runtime takes part. */
export function rewriteChunk(
  chunk: Chunk,
  names: CompiledNames,
  extensionNames: ReadonlySet<string>,
): string {
  return new ChunkRewriting(chunk, names, extensionNames).rewrite();
}

class ChunkRewriting {
  readonly #expression: Expression;
  readonly #analysis: ChunkAnalysis;
  readonly #names: CompiledNames;
  readonly #text: MagicString;
  readonly #rules: ChainRules;
  /** Where the text begins with a parenthesis now that was not there. */
  readonly #parentheses = new Set<number>();

  constructor(
    { source, expression, analysis }: Chunk,
    names: CompiledNames,
    extensionNames: ReadonlySet<string>,
  ) {
    this.#expression = expression;
    this.#analysis = analysis;
    this.#names = names;
    this.#text = new MagicString(source);
    this.#rules = {
      runtimeName: names.runtime,
      temporaryName: names.temporary,
      isExtension: (receiver, name) => extensionNames.has(name) && !this.#isLanguageFunction(receiver, name),
    };
  }

  rewrite(): string {
    const { start, end } = this.#expression;
    this.#visit(this.#expression);
    return this.#text.slice(start, end);
  }

  /** What is inside is rewritten first: then texts that begin at the same place come in the right order. */
  #visit(node: AnyNode): void {
    switch (node.type) {
      case "ThisExpression":
        if (this.#analysis.freeThis.has(node)) this.#text.update(node.start, node.end, this.#names.self);
        return;
      case "CallExpression":
        if (this.#isCondition(node)) return this.#rewriteCondition(node);
        return this.#rewriteChain(node);
      case "MemberExpression":
      case "ChainExpression":
        return this.#rewriteChain(node);
      case "ExpressionStatement":
        visitChildren(node, (child) => this.#visit(child));
        return this.#separate(node);
      default:
        return visitChildren(node, (child) => this.#visit(child));
    }
  }

  #rewriteChain(node: ChainNode): void {
    const chain = readChain(node, (call) => this.#isCondition(call));
    if (chain.links.length === 0) return visitChildren(node, (child) => this.#visit(child));
    this.#visit(chain.root);
    for (const link of chain.links) {
      if (link.type === "CallExpression") for (const argument of link.arguments) this.#visit(argument);
      else if (link.computed) this.#visit(link.property);
    }
    if (rewriteChain(this.#text, chain, this.#rules)) this.#parentheses.add(node.start);
  }

  /** `$if(a, b, c)` becomes `((a) ? (b) : (c))`. Without the third argument its value is false. */
  #rewriteCondition({ start, end, arguments: all }: CallExpression): void {
    for (const argument of all) this.#visit(argument);
    const [condition, whenTrue, whenFalse] = all;
    if (!condition || !whenTrue) return;
    this.#text.update(start, condition.start, "((");
    this.#text.update(condition.end, whenTrue.start, ") ? (");
    if (whenFalse) {
      this.#text.update(whenTrue.end, whenFalse.start, ") : (");
      this.#text.update(whenFalse.end, end, "))");
    } else this.#text.update(whenTrue.end, end, ") : false)");
    this.#parentheses.add(start);
  }

  /** A statement that begins with a new parenthesis would continue the line before it. */
  #separate({ start, end }: AnyNode): void {
    if (!this.#parentheses.has(start)) return;
    this.#text.prependRight(start, "{");
    this.#text.appendLeft(end, "}");
  }

  #isCondition(node: CallExpression): boolean {
    return this.#analysis.conditions.has(node);
  }

  #isLanguageFunction(receiver: AnyNode, name: string): boolean {
    if (receiver.type !== "Identifier" || !this.#analysis.free.has(receiver)) return false;
    return !this.#analysis.assigned.has(receiver.name) && isLanguageFunction(receiver.name, name);
  }
}
