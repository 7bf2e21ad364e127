import type { parse } from "@babel/parser";
import { z } from "zod";

/** A module as the parser gives it. */
export type Program = ReturnType<typeof parse>["program"];
/** A statement of a module. */
export type Statement = Program["body"][number];
/** An expression, or what stands in the place of one. */
export type Expression = Extract<Statement, { readonly type: "ExpressionStatement" }>["expression"];
type Located = Pick<Statement, "loc">;
type ObjectExpression = Extract<Expression, { readonly type: "ObjectExpression" }>;
type Member = ObjectExpression["properties"][number];

/** A place in a source; both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Where values were written, by path: `limits.cpuMs`; the whole is at the empty path. */
export type Places = ReadonlyMap<string, Place>;

/** What is no value that can be read without being run. */
export class ComputedValueError extends Error {
  override readonly name = "ComputedValueError";
  readonly place: Place;

  constructor(message: string, node: Located) {
    super(message);
    this.place = placeOf(node);
  }
}

/** A value that is written out in a source: what JSON can hold, with the comments and commas of JavaScript. */
export interface Literal {
  readonly value: unknown;
  readonly places: Places;
}

/** Reads an expression without running it. `name` is what messages call it. @throws ComputedValueError. */
export function readLiteral(node: Expression, name: string): Literal {
  const reader = new LiteralReader(name);
  return { value: reader.read(node, []), places: reader.places };
}

/** The value within `… as const`, `… satisfies T` and the like. */
export function unwrap(node: Expression): Expression {
  switch (node.type) {
    case "TSAsExpression":
    case "TSSatisfiesExpression":
    case "TSTypeAssertion":
      return unwrap(node.expression);
    default:
      return node;
  }
}

type Path = readonly (string | number)[];

class LiteralReader {
  readonly places = new Map<string, Place>();
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  read(wrapped: Expression, path: Path): unknown {
    const node = unwrap(wrapped);
    this.places.set(z.core.toDotPath([...path]), placeOf(node));
    switch (node.type) {
      case "StringLiteral":
      case "NumericLiteral":
      case "BooleanLiteral":
        return node.value;
      case "NullLiteral":
        return null;
      case "TemplateLiteral":
        if (node.expressions.length > 0) throw this.#refuse(node, path);
        return node.quasis[0]?.value.cooked ?? "";
      case "UnaryExpression":
        if (node.operator !== "-" || node.argument.type !== "NumericLiteral") throw this.#refuse(node, path);
        return -node.argument.value;
      case "ArrayExpression":
        return node.elements.map((element, index) => {
          if (element === null || element.type === "SpreadElement") throw this.#refuse(node, path);
          return this.read(element, [...path, index]);
        });
      case "ObjectExpression":
        return this.#readObject(node, path);
      default:
        throw this.#refuse(node, path);
    }
  }

  #readObject(node: ObjectExpression, path: Path): unknown {
    const members = new Map<string, unknown>();
    for (const member of node.properties) {
      const key = this.#readKey(member, path);
      if (members.has(key)) {
        throw new ComputedValueError(`${this.#nameOf([...path, key])} is there twice`, member);
      }
      const value = (member as { readonly value: Expression }).value;
      members.set(key, this.read(value, [...path, key]));
    }
    return Object.fromEntries(members);
  }

  #readKey(member: Member, path: Path): string {
    if (member.type !== "ObjectProperty" || member.computed || member.shorthand)
      throw this.#refuse(member, path);
    const { key } = member;
    if (key.type === "Identifier") return key.name;
    if (key.type === "StringLiteral" || key.type === "NumericLiteral") return String(key.value);
    throw this.#refuse(member, path);
  }

  #refuse(node: Located, path: Path): ComputedValueError {
    const message = `${this.#nameOf(path)} is computed, and ${this.#name} is read without being run; write the value`;
    return new ComputedValueError(message, node);
  }

  #nameOf(path: Path): string {
    return path.length === 0 ? this.#name : `${this.#name}.${z.core.toDotPath([...path])}`;
  }
}

function placeOf({ loc }: Located): Place {
  return { line: loc?.start.line ?? 1, column: (loc?.start.column ?? 0) + 1 };
}
