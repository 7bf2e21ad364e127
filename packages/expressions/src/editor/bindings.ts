import type { AnyNode, Pattern } from "acorn";
import { literalOf } from "../compiler/data-paths.ts";
import type { SyntaxTree } from "./syntax-tree.ts";

/** A step from a value into it: a member by name, or any element. */
export type Step = { readonly member: string } | "element";

/** What a local name stands for: a value, and the steps into it that a pattern takes. */
export interface Binding {
  readonly name: string;
  readonly source:
    | { readonly kind: "value"; readonly node: AnyNode }
    | { readonly kind: "element"; readonly list: AnyNode }
    | { readonly kind: "parameter"; readonly of: AnyNode; readonly index: number }
    | { readonly kind: "function" }
    | { readonly kind: "unknown" };
  readonly steps: readonly Step[];
}

/** The local names that code at a node can use, from the inside out. */
export function* bindingsAt(node: AnyNode, tree: SyntaxTree): Iterable<Binding> {
  for (const ancestor of tree.ancestorsOf(node)) {
    switch (ancestor.type) {
      case "ArrowFunctionExpression":
      case "FunctionDeclaration":
      case "FunctionExpression":
        for (const [index, parameter] of ancestor.params.entries()) {
          yield* bind(parameter, { kind: "parameter", of: ancestor, index });
        }
        if (ancestor.id) yield { name: ancestor.id.name, source: { kind: "function" }, steps: [] };
        break;
      case "BlockStatement":
      case "Program":
      case "StaticBlock":
        for (const statement of ancestor.body) yield* declaredBy(statement);
        break;
      case "ForStatement":
        if (ancestor.init) yield* declaredBy(ancestor.init);
        break;
      case "ForOfStatement":
      case "ForInStatement":
        if (ancestor.left.type === "VariableDeclaration") {
          const isOf = ancestor.type === "ForOfStatement";
          for (const { id } of ancestor.left.declarations) {
            yield* bind(id, isOf ? { kind: "element", list: ancestor.right } : { kind: "unknown" });
          }
        }
        break;
      case "CatchClause":
        if (ancestor.param) yield* bind(ancestor.param, { kind: "unknown" });
        break;
      default:
    }
  }
}

function* declaredBy(statement: AnyNode): Iterable<Binding> {
  if (statement.type === "FunctionDeclaration" || statement.type === "ClassDeclaration") {
    if (statement.id) yield { name: statement.id.name, source: { kind: "function" }, steps: [] };
  } else if (statement.type === "VariableDeclaration") {
    for (const { id, init } of statement.declarations) {
      yield* bind(id, init ? { kind: "value", node: init } : { kind: "unknown" });
    }
  }
}

/** The names of a pattern. */
function* bind(pattern: Pattern, source: Binding["source"], steps: readonly Step[] = []): Iterable<Binding> {
  switch (pattern.type) {
    case "Identifier":
      yield { name: pattern.name, source, steps };
      break;
    case "AssignmentPattern":
      yield* bind(pattern.left, source, steps);
      break;
    case "ArrayPattern":
      for (const element of pattern.elements) {
        if (element?.type === "RestElement") yield* bind(element.argument, source, steps);
        else if (element) yield* bind(element, source, [...steps, "element"]);
      }
      break;
    case "ObjectPattern":
      for (const property of pattern.properties) {
        if (property.type === "RestElement") {
          yield* bind(property.argument, source, steps);
          continue;
        }
        const { computed, key, value } = property;
        const member = !computed && key.type === "Identifier" ? key.name : literalOf(key);
        yield* member === undefined
          ? bind(value, { kind: "unknown" })
          : bind(value, source, [...steps, { member }]);
      }
      break;
    default:
  }
}
