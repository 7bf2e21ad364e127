import type { AnyNode, CallExpression } from "acorn";
import { type ListedFunction } from "../additions/listing.ts";
import { findCursor, readToCursor } from "./cursor.ts";
import { documentFunction, documentParameter, writeParameter, writeSignature } from "./documentation.ts";
import type { Globals } from "./globals.ts";
import { Inference } from "./inference.ts";
import type { Language } from "./language.ts";

/** How a function is called. */
export interface Signature {
  /** E.g. `chunk(size: number): any[][]`. */
  readonly label: string;
  /** Markdown. */
  readonly documentation: string;
  readonly parameters: readonly SignatureParameter[];
  /** Which of the parameters the position is in; undefined behind the last. */
  readonly activeParameter: number | undefined;
}

export interface SignatureParameter {
  /** A part of the signature's label. */
  readonly label: string;
  /** Markdown. */
  readonly documentation: string;
}

/** The function whose arguments a position is in. */
export function findSignature(
  template: string,
  position: number,
  language: Language,
  globals: Globals,
): Signature | undefined {
  const cursor = findCursor(template, position);
  const syntax = cursor && readToCursor(cursor);
  if (!syntax) return undefined;
  const { tree, node } = syntax;
  const inference = new Inference(tree, language, globals);
  let inner = node;
  for (const ancestor of tree.ancestorsOf(node)) {
    // A function's body is no argument of the call that gets the function.
    if (ancestor.type === "BlockStatement") return undefined;
    if (ancestor.type === "CallExpression" && ancestor.callee !== inner) {
      const listed = findFunction(ancestor, language, inference);
      return listed && describe(listed, ancestor.arguments.indexOf(inner as never));
    }
    inner = ancestor;
  }
  return undefined;
}

function findFunction(
  { callee }: CallExpression,
  language: Language,
  inference: Inference,
): ListedFunction | undefined {
  if (callee.type === "Identifier") {
    return inference.findLocal(callee, callee.name) ? undefined : language.standalone.get(callee.name);
  }
  if (callee.type !== "MemberExpression" || callee.computed) return undefined;
  return language.functionOn(inference.shapeOf(callee.object), nameOf(callee.property));
}

function describe(listed: ListedFunction, argument: number): Signature {
  const { parameters } = listed;
  const last = parameters.length - 1;
  const active = parameters[last]?.rest ? Math.min(argument, last) : argument;
  return {
    label: writeSignature(listed),
    documentation: documentFunction(listed),
    parameters: parameters.map((parameter) => ({
      label: writeParameter(parameter),
      documentation: documentParameter(parameter),
    })),
    activeParameter: active >= 0 && active <= last ? active : undefined,
  };
}

function nameOf(node: AnyNode): string {
  return node.type === "Identifier" ? node.name : "";
}
