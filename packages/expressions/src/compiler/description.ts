import type { AnyNode, CallExpression, Expression, Identifier, Pattern, Super } from "acorn";
import type { SourceRange } from "../errors.ts";
import {
  type DataPath,
  elementOf,
  elementParameters,
  literalOf,
  pathOfCall,
  pathOfKey,
  pathOfMember,
  pathOfMethod,
  pathOfName,
} from "./data-paths.ts";
import { visitChildren } from "./nodes.ts";
import { type TemplateChunk, readTemplate } from "./template-reading.ts";

/** A path into the data that a template reads. */
export interface DataRead {
  /** E.g. `$json.user.email`, `$json.items[].sku`, `$('Node').first().json`. `[]` is any element or key. */
  readonly path: string;
  /** Whether the path holds a key that only the evaluation knows. */
  readonly isDynamic: boolean;
  /** Where in the template; once for each time. */
  readonly ranges: readonly SourceRange[];
}

/**
 * Lists the data that a template reads, as far as its text tells. It follows members, elements in callbacks such as
 * those of `map`, and locals that stand for a path; whatever else is done with data is a read of all of it.
 *
 * @throws ExpressionError for a template that cannot be compiled.
 */
export function describeTemplate(template: string): readonly DataRead[] {
  const reads = new Map<string, { path: string; isDynamic: boolean; ranges: SourceRange[] }>();
  for (const chunk of readTemplate(template).chunks) {
    for (const { path, node } of new DataReader(chunk).read()) {
      const range = { start: chunk.range.start + node.start, end: chunk.range.start + node.end };
      const known = reads.get(path.text);
      if (known) known.ranges.push(range);
      else reads.set(path.text, { path: path.text, isDynamic: path.isDynamic, ranges: [range] });
    }
  }
  return [...reads.values()];
}

interface FoundPath {
  readonly path: DataPath;
  readonly node: SourceRange;
}

/** What the locals of a function or block stand for. */
interface Locals {
  readonly outer: Locals | undefined;
  readonly paths: Map<string, DataPath>;
}

class DataReader {
  readonly #chunk: TemplateChunk;
  readonly #found: FoundPath[] = [];
  #locals: Locals = { outer: undefined, paths: new Map() };

  constructor(chunk: TemplateChunk) {
    this.#chunk = chunk;
  }

  read(): readonly FoundPath[] {
    this.#visit(this.#chunk.expression);
    return this.#found;
  }

  #visit(node: AnyNode): void {
    switch (node.type) {
      case "Identifier":
      case "MemberExpression":
      case "CallExpression":
      case "ChainExpression":
      case "ParenthesizedExpression": {
        const path = this.#follow(node);
        if (path) this.#found.push({ path, node });
        return;
      }
      case "Property":
        if (node.computed) this.#visit(node.key);
        return this.#visit(node.value);
      case "ArrowFunctionExpression":
      case "FunctionExpression":
      case "FunctionDeclaration":
      case "BlockStatement":
      case "ForStatement":
      case "ForInStatement":
      case "ForOfStatement":
        return this.#inBlock(() => visitChildren(node, (child) => this.#visit(child)));
      case "VariableDeclarator":
        return this.#bind(node.id, node.init ? this.#followOrVisit(node.init) : undefined, node.init ?? node);
      default:
        return visitChildren(node, (child) => this.#visit(child));
    }
  }

  #followOrVisit(node: Expression): DataPath | undefined {
    const isChain = /^(?:Identifier|(?:Member|Call|Chain|Parenthesized)Expression)$/.test(node.type);
    if (isChain) return this.#follow(node);
    this.#visit(node);
    return undefined;
  }

  /** The path of an expression, if it is one; what is read on the way to it is noted. */
  #follow(node: Expression | Super): DataPath | undefined {
    switch (node.type) {
      case "Identifier":
        return this.#pathOf(node);
      case "ParenthesizedExpression":
      case "ChainExpression":
        return this.#follow(node.expression);
      case "MemberExpression": {
        if (node.computed && literalOf(node.property) === undefined) this.#visit(node.property);
        const path = this.#follow(node.object);
        return path && pathOfMember(path, node);
      }
      case "CallExpression":
        return this.#followCall(node);
      default:
        this.#visit(node);
        return undefined;
    }
  }

  #followCall({ callee, arguments: args }: CallExpression): DataPath | undefined {
    const isMethod =
      callee.type === "MemberExpression" && !callee.computed && callee.property.type === "Identifier";
    const receiver = isMethod ? this.#follow(callee.object) : undefined;
    if (!isMethod && callee.type !== "Identifier") this.#visit(callee);
    if (!receiver || !isMethod) {
      for (const argument of args) this.#visit(argument);
      return callee.type === "Identifier" && this.#chunk.analysis.free.has(callee)
        ? pathOfCall(callee.name, args)
        : undefined;
    }
    const method = (callee.property as Identifier).name;
    const next = pathOfMethod(receiver, method, args);
    const foundBefore = this.#found.length;
    this.#visitArguments(receiver, method, args);
    const element = elementOf(receiver).text;
    const isRead = this.#found.slice(foundBefore).some(({ path }) => path.text.startsWith(element));
    if (!next && !isRead) this.#found.push({ path: receiver, node: callee.object });
    return next;
  }

  /** Parameters of callbacks stand for elements. */
  #visitArguments(receiver: DataPath, method: string, args: readonly AnyNode[]): void {
    const [callback, ...rest] = args;
    const isCallback =
      callback?.type === "ArrowFunctionExpression" || callback?.type === "FunctionExpression";
    if (!isCallback) {
      for (const argument of args) this.#visit(argument);
      return;
    }
    this.#inBlock(() => {
      for (const index of elementParameters(method)) {
        const parameter = callback.params[index];
        if (parameter) this.#bind(parameter, elementOf(receiver), parameter);
      }
      this.#visit(callback.body);
    });
    for (const argument of rest) this.#visit(argument);
  }

  /** Gives a path to the names of a pattern. What the pattern cannot tell apart is read as a whole. */
  #bind(pattern: Pattern, path: DataPath | undefined, node: SourceRange): void {
    if (!path) return;
    if (pattern.type === "Identifier") this.#locals.paths.set(pattern.name, path);
    else if (pattern.type === "AssignmentPattern") this.#bind(pattern.left, path, node);
    else if (
      pattern.type === "ObjectPattern" &&
      pattern.properties.every(({ type }) => type === "Property")
    ) {
      for (const property of pattern.properties) {
        if (property.type !== "Property") continue;
        const key =
          property.computed || property.key.type !== "Identifier"
            ? literalOf(property.key)
            : property.key.name;
        const next = key === undefined ? { text: `${path.text}[]`, isDynamic: true } : pathOfKey(path, key);
        this.#bind(property.value, next, property);
      }
    } else this.#found.push({ path, node });
  }

  #pathOf(node: Identifier): DataPath | undefined {
    if (this.#chunk.analysis.free.has(node)) return pathOfName(node.name);
    for (let locals: Locals | undefined = this.#locals; locals; locals = locals.outer) {
      const path = locals.paths.get(node.name);
      if (path) return path;
    }
    return undefined;
  }

  #inBlock(visit: () => void): void {
    this.#locals = { outer: this.#locals, paths: new Map() };
    visit();
    this.#locals = this.#locals.outer as Locals;
  }
}
