import type { AnyNode } from "acorn";
import { ChunkError } from "../compiler/chunk-error.ts";
import { parseChunk } from "../compiler/chunk-parser.ts";
import { LANGUAGE_NAMES } from "../compiler/names.ts";
import { ScopeWalker } from "../compiler/scope-walker.ts";

/**
 * The text of a function as an expression that means the same in every realm.
 *
 * @param owner What the function belongs to, for messages.
 * @throws TypeError for a function whose text alone says too little: native or bound, asynchronous, a generator, or one
 *   that uses a name from around it.
 */
export function readFunctionText(run: (...args: never[]) => unknown, owner: string): string {
  const text = Function.prototype.toString.call(run);
  const source = [`(${text}\n)`, `({${text}\n}).${run.name}`].find(isReadable);
  const body = source && parseChunk(source);
  const code = body && functionIn(body);
  if (!source || !code) {
    throw new TypeError(`${owner}: run has no readable text, as native and bound functions have none`);
  }
  if (code.async || code.generator) {
    throw new TypeError(`${owner}: run must give its result at once, and this one is async or a generator`);
  }
  requireNoFreeNames(code, owner);
  return source;
}

function isReadable(source: string): boolean {
  try {
    parseChunk(source);
    return true;
  } catch {
    return false;
  }
}

type FunctionNode = Extract<AnyNode, { type: "ArrowFunctionExpression" | "FunctionExpression" }>;

/** The function in `(function)` or `({ method }).method`. */
function functionIn(node: AnyNode): FunctionNode | undefined {
  switch (node.type) {
    case "ArrowFunctionExpression":
    case "FunctionExpression":
      return node;
    case "ParenthesizedExpression":
      return functionIn(node.expression);
    case "MemberExpression":
      return functionIn(node.object);
    case "ObjectExpression": {
      const [method] = node.properties;
      return method?.type === "Property" ? functionIn(method.value) : undefined;
    }
    default:
      return undefined;
  }
}

function requireNoFreeNames(code: FunctionNode, owner: string): void {
  const walker = new ScopeWalker();
  try {
    walker.walk(code);
  } catch (error) {
    throw error instanceof ChunkError ? new TypeError(`${owner}: run cannot work: ${error.message}`) : error;
  }
  const names = new Set(walker.freeReferences().map(({ node }) => node.name));
  const free = [...names].filter((name) => !LANGUAGE_NAMES.has(name));
  if (walker.freeThis.size > 0) free.push("this");
  if (free.length === 0) return;
  throw new TypeError(
    `${owner}: run uses ${free.join(", ")} from around it, but its text alone goes to the guest: it can use its ` +
      "parameters, what it declares, and built-ins of the language such as Math",
  );
}
