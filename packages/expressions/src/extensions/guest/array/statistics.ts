import { extensionsOn } from "../definition.ts";
import { ExpressionExtensionError } from "../errors.ts";
import { describeValue } from "../receiver.ts";

export const ARRAY_STATISTICS = extensionsOn("array", [
  {
    name: "sum",
    description: "The sum of the numbers; 0 of an empty array.",
    parameters: [],
    returns: "number",
    keywords: ["total", "add"],
    examples: [{ expression: "[1, 2, 6].sum()", result: 9 }],
    run: (value) => sum(expectNumbers("sum", value)),
  },
  {
    name: "min",
    description: "The least of the numbers; Infinity of an empty array.",
    parameters: [],
    returns: "number",
    keywords: ["smallest", "minimum"],
    examples: [{ expression: "[3, 1, 2].min()", result: 1 }],
    run: (value) => expectNumbers("min", value).reduce((least, number) => Math.min(least, number), Infinity),
  },
  {
    name: "max",
    description: "The greatest of the numbers; -Infinity of an empty array.",
    parameters: [],
    returns: "number",
    keywords: ["largest", "maximum"],
    examples: [{ expression: "[3, 1, 2].max()", result: 3 }],
    run: (value) =>
      expectNumbers("max", value).reduce((greatest, number) => Math.max(greatest, number), -Infinity),
  },
  {
    name: "average",
    description: "The arithmetic mean of the numbers; 0 of an empty array.",
    parameters: [],
    returns: "number",
    keywords: ["mean"],
    examples: [{ expression: "[1, 2, 6].average()", result: 3 }],
    run: (value) => average(value),
  },
]);

/** The arithmetic mean; 0 of no numbers. */
export function average(values: readonly unknown[]): number {
  return values.length === 0 ? 0 : sum(expectNumbers("average", values)) / values.length;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function expectNumbers(name: string, values: readonly unknown[]): readonly number[] {
  const index = values.findIndex((value) => typeof value !== "number");
  if (index === -1) return values as readonly number[];
  throw new ExpressionExtensionError(
    `${name}() takes numbers only, and number ${index + 1} of them is ${describeValue(values[index])}`,
  );
}
