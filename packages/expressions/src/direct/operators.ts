import type { BinaryOperator, UnaryOperator } from "acorn";
import { isObject } from "./host-values.ts";
import type { Run } from "./run.ts";

/** What an operator makes of its operands: numbers, or other values that are no objects, which it takes as numbers. */
type Unary = (value: number) => unknown;
type Binary = (left: number, right: number) => unknown;

const UNARY: ReadonlyMap<UnaryOperator, Unary> = new Map<UnaryOperator, Unary>([
  ["-", (value) => -value],
  ["+", Number],
  ["~", (value) => ~value],
]);

/** Without `**`, whose last digit is the engine's own affair, and without `in` and `instanceof`. */
const BINARY: ReadonlyMap<BinaryOperator, Binary> = new Map<BinaryOperator, Binary>([
  ["-", (left, right) => left - right],
  ["*", (left, right) => left * right],
  ["/", (left, right) => left / right],
  ["%", (left, right) => left % right],
  ["<", (left, right) => left < right],
  ["<=", (left, right) => left <= right],
  [">", (left, right) => left > right],
  [">=", (left, right) => left >= right],
  ["|", (left, right) => left | right],
  ["&", (left, right) => left & right],
  ["^", (left, right) => left ^ right],
  ["<<", (left, right) => left << right],
  [">>", (left, right) => left >> right],
  [">>>", (left, right) => left >>> right],
]);

export type ApplyUnary = (run: Run, value: unknown) => unknown;
export type ApplyBinary = (run: Run, left: unknown, right: unknown) => unknown;

export function findUnary(operator: UnaryOperator): ApplyUnary | undefined {
  switch (operator) {
    case "!":
      return (_, value) => !value;
    case "typeof":
      return (_, value) => typeof value;
    case "void":
      return () => undefined;
    default: {
      const apply = UNARY.get(operator);
      return apply && ((run, value) => (isOperand(run, value) ? apply(value as number) : run.giveUp()));
    }
  }
}

export function findBinary(operator: BinaryOperator): ApplyBinary | undefined {
  switch (operator) {
    case "+":
      return add;
    case "===":
      return isSame;
    case "!==":
      return (run, left, right) => !isSame(run, left, right);
    case "==":
      return isEqual;
    case "!=":
      return (run, left, right) => !isEqual(run, left, right);
    default: {
      const apply = BINARY.get(operator);
      return (
        apply &&
        ((run, left, right) =>
          isOperand(run, left) && isOperand(run, right)
            ? apply(left as number, right as number)
            : run.giveUp())
      );
    }
  }
}

/** Whether a value is no object, which would be asked for a primitive; looking at a long text takes steps. */
function isOperand(run: Run, value: unknown): boolean {
  return typeof value === "number" || (typeof value === "string" ? run.spendText(value) : !isObject(value));
}

function add(run: Run, left: unknown, right: unknown): unknown {
  if (isObject(left) || isObject(right)) return run.giveUp();
  const sum: unknown = (left as number) + (right as number);
  return typeof sum === "string" ? run.limitText(sum) : sum;
}

/** Two objects of the host may be one to the guest, and one may be two. */
function isSame(run: Run, left: unknown, right: unknown): unknown {
  if (isObject(left) && isObject(right)) return run.giveUp();
  const isLongLook = typeof left === "string" && typeof right === "string" && left.length === right.length;
  return (!isLongLook || run.spendText(left)) && left === right;
}

function isEqual(run: Run, left: unknown, right: unknown): unknown {
  if (isObject(left)) return right === null || right === undefined ? false : run.giveUp();
  if (isObject(right)) return left === null || left === undefined ? false : run.giveUp();
  // oxlint-disable-next-line eqeqeq -- what the author wrote
  return isOperand(run, left) && isOperand(run, right) && left == right;
}
