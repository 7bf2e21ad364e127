import type { CallExpression, Expression, Identifier, ThisExpression } from "acorn";
import { ChunkError } from "./chunk-error.ts";
import { ScopeWalker } from "./scope-walker.ts";

/** Name under which the runtime knows `this` outside of the author's own functions. */
export const THIS_NAME = "this";

/** What the code of a chunk takes from outside. */
export interface ChunkAnalysis {
  /** Free names, {@link THIS_NAME} included. */
  readonly names: ReadonlySet<string>;
  /** Free names that are assigned to. */
  readonly assigned: ReadonlySet<string>;
  /** Uses of free names. */
  readonly free: ReadonlySet<Identifier>;
  /** Uses of `this` outside of the author's own functions. */
  readonly freeThis: ReadonlySet<ThisExpression>;
  /** Calls of `$if`, which evaluates only the branch that it takes. */
  readonly conditions: ReadonlySet<CallExpression>;
  /** Every name that is read or declared. */
  readonly identifiers: ReadonlySet<string>;
  /** Whether `errors: "undefined"` swallows what it throws: it reads a member, calls, or takes a name from outside. */
  readonly isGuarded: boolean;
}

/** Built-ins that alone do not make a chunk guarded. */
const UNGUARDED_NAMES = new Set(["Date", "Math", "NaN", "RegExp", "isFinite", "isNaN", "undefined"]);

/** Names that the surrounding code would give a meaning nobody wants. */
const REFUSED_NAMES: ReadonlyMap<string, string> = new Map([
  [
    "arguments",
    "`arguments` exists inside of a `function` only: name the parameters, e.g. (...values) => values",
  ],
  ["await", "`await` cannot work, because an expression gives its value at once"],
  ["let", "`let` begins a statement: write (() => { let a = 1; return a })()"],
  ["yield", "`yield` exists inside of a `function*` only"],
]);

/**
 * Finds what a chunk takes from outside, and refuses what can never work.
 *
 * @throws ChunkError
 */
export function analyseChunk(expression: Expression): ChunkAnalysis {
  const walker = new ScopeWalker();
  walker.walk(expression);
  const { conditions, freeThis, identifiers } = walker;
  const free = new Set<Identifier>();
  const assigned = new Set<string>();
  for (const { node, isWrite } of walker.freeReferences()) {
    refuseName(node);
    free.add(node);
    if (isWrite) assigned.add(node.name);
  }
  const freeConditions = new Set<CallExpression>();
  for (const [callee, call] of conditions) if (free.delete(callee)) freeConditions.add(requireBranches(call));
  const names = new Set([...free].map(({ name }) => name));
  if (freeThis.size > 0) names.add(THIS_NAME);
  const isGuarded =
    walker.hasAccess ||
    freeConditions.size < conditions.size ||
    [...names].some((name) => !UNGUARDED_NAMES.has(name));
  return { names, assigned, free, freeThis, conditions: freeConditions, identifiers, isGuarded };
}

function refuseName(node: Identifier): void {
  const reason = REFUSED_NAMES.get(node.name);
  if (reason !== undefined) throw new ChunkError("EXPRESSION_UNSUPPORTED", reason, node);
}

function requireBranches(call: CallExpression): CallExpression {
  if (call.arguments.length >= 2) return call;
  throw new ChunkError(
    "EXPRESSION_SYNTAX",
    `$if lacks ${call.arguments.length === 0 ? "its arguments" : "its values"}: write $if(condition, valueIfTrue, valueIfFalse)`,
    call,
  );
}
