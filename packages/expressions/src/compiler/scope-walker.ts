import type {
  AnyNode,
  CallExpression,
  Class,
  Function as FunctionNode,
  Identifier,
  Pattern,
  ThisExpression,
  VariableDeclaration,
} from "acorn";
import { ChunkError } from "./chunk-error.ts";
import { MAX_SYNTAX_DEPTH } from "./limits.ts";
import { visitChildren } from "./nodes.ts";
import { type Reference, Scope } from "./scope.ts";

const CONDITION_NAME = "$if";

/** Walks through code and keeps book of names by the rules of ECMA-262 for sloppy mode. */
export class ScopeWalker {
  /** Calls that look like conditions, by their callee. */
  readonly conditions = new Map<Identifier, CallExpression>();
  readonly freeThis = new Set<ThisExpression>();
  readonly identifiers = new Set<string>();
  /** Whether a member is read, something is called, or a `function` is made. */
  hasAccess = false;
  #scope = new Scope(undefined, "function");
  #depth = 0;
  #isInFunction = false;
  #hasOwnThis = false;

  /** @throws ChunkError */
  walk(node: AnyNode): void {
    if (++this.#depth > MAX_SYNTAX_DEPTH) {
      const message = `The code is nested deeper than ${MAX_SYNTAX_DEPTH} levels: split it into several expressions`;
      throw new ChunkError("EXPRESSION_UNSUPPORTED", message, node);
    }
    this.#enter(node);
    this.#depth--;
  }

  /** Names that nothing declares. Complete when the walk is over. */
  freeReferences(): readonly Reference[] {
    return this.#scope.unresolved();
  }

  #enter(node: AnyNode): void {
    switch (node.type) {
      case "Identifier":
        return this.#refer(node, false);
      case "ThisExpression":
        if (!this.#hasOwnThis) this.freeThis.add(node);
        return;
      case "MemberExpression":
        this.hasAccess = true;
        this.walk(node.object);
        if (node.computed) this.walk(node.property);
        return;
      case "CallExpression":
        return this.#enterCall(node);
      case "Property":
      case "MethodDefinition":
        if (node.computed) this.walk(node.key);
        return this.walk(node.value);
      case "AssignmentExpression":
        this.#assign(node.left, node.operator !== "=");
        return this.walk(node.right);
      case "UpdateExpression":
        return this.#assign(node.argument as Pattern, true);
      case "FunctionDeclaration":
        if (node.id) {
          this.#declare(node.id.name);
          this.#scope.declareInFunction(node.id.name);
        }
        return this.#enterFunction(node, true);
      case "FunctionExpression":
        return this.#inScope("block", () => {
          if (node.id) this.#declare(node.id.name);
          this.#enterFunction(node, true);
        });
      case "ArrowFunctionExpression":
        return this.#enterFunction(node, false);
      case "ClassDeclaration":
        if (node.id) this.#declare(node.id.name);
        return this.#enterClass(node);
      case "ClassExpression":
        return this.#inScope("block", () => {
          if (node.id) this.#declare(node.id.name);
          this.#enterClass(node);
        });
      case "PropertyDefinition":
        if (node.computed) this.walk(node.key);
        if (node.value) this.#withOwnThis(node.value);
        return;
      case "StaticBlock":
        return this.#inScope("function", () => {
          for (const statement of node.body) this.#withOwnThis(statement);
        });
      case "VariableDeclaration":
        return this.#enterDeclaration(node);
      case "BlockStatement":
      case "ForStatement":
        return this.#inScope("block", () => visitChildren(node, (child) => this.walk(child)));
      case "ForInStatement":
      case "ForOfStatement":
        return this.#inScope("block", () => {
          if (node.left.type === "VariableDeclaration") this.walk(node.left);
          else this.#assign(node.left, false);
          this.walk(node.right);
          this.walk(node.body);
        });
      case "SwitchStatement":
        this.walk(node.discriminant);
        return this.#inScope("block", () => {
          for (const branch of node.cases) this.walk(branch);
        });
      case "CatchClause":
        return this.#inScope("block", () => {
          if (node.param) this.#declarePattern(node.param, (name) => this.#declare(name));
          this.walk(node.body);
        });
      case "LabeledStatement":
        return this.walk(node.body);
      case "BreakStatement":
      case "ContinueStatement":
      case "MetaProperty":
        return;
      case "AwaitExpression":
        if (!this.#isInFunction) {
          throw refuse("`await` cannot work, because an expression gives its value at once", node);
        }
        return this.walk(node.argument);
      case "ImportExpression":
        throw refuse("`import()` cannot work: there are no modules in an expression", node);
      case "WithStatement":
        throw refuse("`with` is not supported: write the names in full, or destructure the object", node);
      default:
        return visitChildren(node, (child) => this.walk(child));
    }
  }

  #refer(node: Identifier, isWrite: boolean): void {
    this.identifiers.add(node.name);
    this.#scope.refer({ node, isWrite });
  }

  #declare(name: string): void {
    this.identifiers.add(name);
    this.#scope.declare(name);
  }

  #enterCall(node: CallExpression): void {
    const { callee } = node;
    const isCondition =
      callee.type === "Identifier" &&
      callee.name === CONDITION_NAME &&
      !node.optional &&
      node.arguments.every(({ type }) => type !== "SpreadElement");
    if (isCondition) this.conditions.set(callee, node);
    else this.hasAccess = true;
    visitChildren(node, (child) => this.walk(child));
  }

  #enterFunction(node: FunctionNode, hasOwnThis: boolean): void {
    const { body } = node;
    if (node.type === "FunctionExpression") this.hasAccess = true;
    const wasInFunction = this.#isInFunction;
    const hadOwnThis = this.#hasOwnThis;
    this.#isInFunction = true;
    this.#hasOwnThis ||= hasOwnThis;
    this.#inScope("function", () => {
      if (hasOwnThis) this.#scope.declare("arguments");
      for (const parameter of node.params) this.#declarePattern(parameter, (name) => this.#declare(name));
      this.#inScope("function", () => {
        if (body.type === "BlockStatement") visitChildren(body, (child) => this.walk(child));
        else this.walk(body);
      });
    });
    this.#isInFunction = wasInFunction;
    this.#hasOwnThis = hadOwnThis;
  }

  #enterClass(node: Class): void {
    if (node.superClass) this.walk(node.superClass);
    for (const member of node.body.body) this.walk(member);
  }

  #withOwnThis(node: AnyNode): void {
    const hadOwnThis = this.#hasOwnThis;
    this.#hasOwnThis = true;
    this.walk(node);
    this.#hasOwnThis = hadOwnThis;
  }

  #enterDeclaration(node: VariableDeclaration): void {
    const declare = (name: string): void => {
      this.identifiers.add(name);
      if (node.kind === "var") this.#scope.declareInFunction(name);
      else this.#scope.declare(name);
    };
    for (const { id, init } of node.declarations) {
      this.#declarePattern(id, declare);
      if (init) this.walk(init);
    }
  }

  #declarePattern(pattern: Pattern, declare: (name: string) => void): void {
    this.#walkPattern(pattern, ({ name }) => declare(name));
  }

  #assign(pattern: Pattern, isRead: boolean): void {
    this.#walkPattern(pattern, (node) => {
      if (isRead) this.#refer(node, false);
      this.#refer(node, true);
    });
  }

  #walkPattern(pattern: AnyNode, take: (name: Identifier) => void): void {
    switch (pattern.type) {
      case "Identifier":
        return take(pattern);
      case "ObjectPattern":
        for (const property of pattern.properties) this.#walkPattern(property, take);
        return;
      case "Property":
        if (pattern.computed) this.walk(pattern.key);
        return this.#walkPattern(pattern.value, take);
      case "ArrayPattern":
        for (const element of pattern.elements) if (element) this.#walkPattern(element, take);
        return;
      case "AssignmentPattern":
        this.#walkPattern(pattern.left, take);
        return this.walk(pattern.right);
      case "RestElement":
        return this.#walkPattern(pattern.argument, take);
      case "ParenthesizedExpression":
        return this.#walkPattern(pattern.expression, take);
      default:
        return this.walk(pattern);
    }
  }

  /** Names that the scope does not declare are asked of the one around it. */
  #inScope(kind: "block" | "function", enter: () => void): void {
    const outer = this.#scope;
    const scope = new Scope(outer, kind);
    this.#scope = scope;
    enter();
    for (const reference of scope.unresolved()) outer.refer(reference);
    this.#scope = outer;
  }
}

function refuse(message: string, node: AnyNode): ChunkError {
  return new ChunkError("EXPRESSION_UNSUPPORTED", message, node);
}
