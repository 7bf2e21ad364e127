import type { AnyNode, CallExpression, Identifier, MemberExpression } from "acorn";
import { elementParameters, literalOf } from "../compiler/data-paths.ts";
import { type Binding, bindingsAt } from "./bindings.ts";
import type { Globals } from "./globals.ts";
import type { Language } from "./language.ts";
import { LANGUAGE_RESULTS } from "./names.ts";
import { nativeMembersOf } from "./native-members.ts";
import { ANY, type Shape, arrayOf, parseType, shapeOfType } from "./shape.ts";
import type { SyntaxTree } from "./syntax-tree.ts";

/** Shapes that are derived one from the other; what goes deeper stays unknown. */
const MAX_DEPTH = 200;

const BOOLEAN_OPERATORS: ReadonlySet<string> = new Set("== != === !== < <= > >= in instanceof".split(" "));
/** Extension functions that give an element of the array, or an array of some of them. */
const ELEMENT_FUNCTIONS: ReadonlySet<string> = new Set(["first", "last", "randomItem"]);
const SELECTING_FUNCTIONS: ReadonlySet<string> = new Set(
  "append compact difference intersection removeDuplicates union unique".split(" "),
);
const NODE_FUNCTIONS: ReadonlySet<string> = new Set(["$", "$items"]);

/** Finds out what the expressions of a tree are, without evaluating anything. */
export class Inference {
  readonly #tree: SyntaxTree;
  readonly #language: Language;
  readonly #globals: Globals;
  readonly #known = new Map<AnyNode, Shape>();
  #depth = 0;

  constructor(tree: SyntaxTree, language: Language, globals: Globals) {
    this.#tree = tree;
    this.#language = language;
    this.#globals = globals;
  }

  shapeOf(node: AnyNode): Shape {
    const known = this.#known.get(node);
    if (known) return known;
    if (this.#depth >= MAX_DEPTH) return ANY;
    // Until it is found out: what is defined by itself is unknown.
    this.#known.set(node, ANY);
    this.#depth++;
    const shape = this.#find(node);
    this.#depth--;
    this.#known.set(node, shape);
    return shape;
  }

  /** The local that a name means. */
  findLocal(node: AnyNode, name: string): Binding | undefined {
    for (const binding of bindingsAt(node, this.#tree)) if (binding.name === name) return binding;
    return undefined;
  }

  shapeOfBinding({ source, steps }: Binding): Shape {
    return steps.reduce(
      (shape, step) => (step === "element" ? shape.element() : shape.member(step.member)?.shape) ?? ANY,
      this.#shapeOfSource(source),
    );
  }

  /** What a member is, by all that is known of the value. */
  shapeOfMember(receiver: Shape, name: string): Shape {
    const own = receiver.member(name);
    if (own && !own.isMethod) return own.shape;
    const native = nativeMembersOf(receiver.typeName).get(name);
    return native && !native.isMethod ? parseType(native.type) : ANY;
  }

  #find(node: AnyNode): Shape {
    switch (node.type) {
      case "Literal":
        return shapeOfLiteral(node.value);
      case "TemplateLiteral":
        return shapeOfType("string");
      case "ParenthesizedExpression":
      case "ChainExpression":
        return this.shapeOf(node.expression);
      case "Identifier":
        return this.#shapeOfName(node);
      case "ArrayExpression": {
        const [first] = node.elements;
        return arrayOf(first && first.type !== "SpreadElement" ? this.shapeOf(first) : undefined);
      }
      case "ObjectExpression":
        return this.#shapeOfObject(node);
      case "MemberExpression":
        return this.#shapeOfAccess(node);
      case "CallExpression":
        return this.#shapeOfCall(node);
      case "NewExpression":
        return node.callee.type === "Identifier" ? shapeOfType(node.callee.name) : ANY;
      case "ConditionalExpression":
        return this.#firstKnown(node.consequent, node.alternate);
      case "LogicalExpression":
        return node.operator === "&&" ? this.shapeOf(node.right) : this.#firstKnown(node.left, node.right);
      case "AssignmentExpression":
        return this.shapeOf(node.right);
      case "SequenceExpression":
        return this.shapeOf(node.expressions.at(-1) ?? node);
      case "UnaryExpression":
        return shapeOfType(
          node.operator === "!" || node.operator === "delete"
            ? "boolean"
            : node.operator === "typeof"
              ? "string"
              : "any",
        );
      case "BinaryExpression":
        return this.#shapeOfOperation(node.operator, node.left, node.right);
      case "ArrowFunctionExpression":
      case "FunctionExpression":
        return shapeOfType("function");
      default:
        return ANY;
    }
  }

  #shapeOfName(node: Identifier): Shape {
    const binding = this.findLocal(node, node.name);
    return binding ? this.shapeOfBinding(binding) : (this.#globals.find(node.name)?.shape ?? ANY);
  }

  #shapeOfSource(source: Binding["source"]): Shape {
    switch (source.kind) {
      case "value":
        return this.shapeOf(source.node);
      case "element":
        return this.shapeOf(source.list).element() ?? ANY;
      case "function":
        return shapeOfType("function");
      case "parameter":
        return this.#shapeOfParameter(source.of, source.index);
      default:
        return ANY;
    }
  }

  /** A callback of an array's method gets elements. */
  #shapeOfParameter(callback: AnyNode, index: number): Shape {
    const call = this.#tree.parentOf(callback);
    if (call?.type !== "CallExpression" || call.callee.type !== "MemberExpression") return ANY;
    const { object, property } = call.callee;
    if (property.type !== "Identifier") return ANY;
    const places = elementParameters(property.name);
    if (places.includes(index)) return this.shapeOf(object).element() ?? ANY;
    return places.length === 1 && index === (places[0] ?? 0) + 1 ? shapeOfType("number") : ANY;
  }

  #shapeOfObject(node: Extract<AnyNode, { type: "ObjectExpression" }>): Shape {
    const valueOf = (name: string): AnyNode | undefined =>
      node.properties
        .flatMap((each) => (each.type === "Property" && keyOf(each) === name ? [each.value] : []))
        .at(-1);
    const member = (name: string) => {
      const value = valueOf(name);
      return value && { name, isMethod: false, shape: this.shapeOf(value) };
    };
    return {
      ...shapeOfType("object"),
      names: () => node.properties.flatMap((each) => (each.type === "Property" && keyOf(each)) || []),
      member,
    };
  }

  #shapeOfAccess({ object, property, computed }: MemberExpression): Shape {
    const receiver = this.shapeOf(object);
    if (!computed) return property.type === "Identifier" ? this.shapeOfMember(receiver, property.name) : ANY;
    const key = literalOf(property);
    if (object.type === "Identifier" && object.name === "$node" && !this.findLocal(object, "$node")) {
      return this.#globals.shapeOfNode(key);
    }
    if (key === undefined || (/^\d+$/.test(key) && !receiver.member(key))) return receiver.element() ?? ANY;
    return this.shapeOfMember(receiver, key);
  }

  #shapeOfCall(call: CallExpression): Shape {
    const { callee } = call;
    if (callee.type === "MemberExpression" && !callee.computed && callee.property.type === "Identifier") {
      return this.#shapeOfMethodCall(this.shapeOf(callee.object), callee.property.name, call);
    }
    if (callee.type !== "Identifier" || this.findLocal(callee, callee.name)) return ANY;
    const { name } = callee;
    const [first, second, third] = call.arguments;
    if (name === "$if") return second ? this.#firstKnown(second, third ?? second) : ANY;
    if (NODE_FUNCTIONS.has(name)) {
      const node = this.#globals.shapeOfNode(first && literalOf(first));
      return name === "$" ? node : (node.member("all")?.shape ?? ANY);
    }
    const listed = this.#language.standalone.get(name);
    if (listed) return parseType(listed.returns);
    return Object.hasOwn(LANGUAGE_RESULTS, name) ? parseType(LANGUAGE_RESULTS[name] ?? "any") : ANY;
  }

  #shapeOfMethodCall(receiver: Shape, name: string, call: CallExpression): Shape {
    const own = receiver.member(name);
    if (own?.isMethod) return own.shape;
    if (receiver.typeName === "any") return ANY;
    const listed = this.#language.functionOn(receiver, name);
    if (listed) {
      if (receiver.typeName === "array" && ELEMENT_FUNCTIONS.has(name)) return receiver.element() ?? ANY;
      if (receiver.typeName === "array" && SELECTING_FUNCTIONS.has(name)) return receiver;
      return parseType(listed.returns);
    }
    const type = nativeMembersOf(receiver.typeName).get(name)?.type ?? "any";
    switch (type) {
      case "same":
        return arrayOf(receiver.element());
      case "element":
        return receiver.element() ?? ANY;
      case "mapped": {
        const [callback] = call.arguments;
        const isArrow = callback?.type === "ArrowFunctionExpression" && callback.expression;
        return arrayOf(isArrow ? this.shapeOf(callback.body) : undefined);
      }
      default:
        return parseType(type);
    }
  }

  #shapeOfOperation(operator: string, left: AnyNode, right: AnyNode): Shape {
    if (BOOLEAN_OPERATORS.has(operator)) return shapeOfType("boolean");
    const types = [left, right].map((each) => this.shapeOf(each).typeName);
    if (operator === "+" && types.includes("string")) return shapeOfType("string");
    return types.every((type) => type === "number") ? shapeOfType("number") : ANY;
  }

  #firstKnown(one: AnyNode, other: AnyNode): Shape {
    const shape = this.shapeOf(one);
    const isKnown = shape.typeName !== "any" && shape.typeName !== "undefined" && shape.typeName !== "null";
    return isKnown ? shape : this.shapeOf(other);
  }
}

function keyOf({ key, computed }: Extract<AnyNode, { type: "Property" }>): string | undefined {
  return !computed && key.type === "Identifier" ? key.name : literalOf(key);
}

function shapeOfLiteral(value: unknown): Shape {
  if (value === null) return shapeOfType("null");
  return shapeOfType(typeof value === "object" ? "RegExp" : typeof value);
}
