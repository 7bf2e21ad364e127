import { extensionsOn } from "../definition.ts";
import { DeepSet } from "./deep-set.ts";
import { expectArray } from "./records.ts";

export const ARRAY_SETS = extensionsOn("array", [
  {
    name: "unique",
    aliases: ["removeDuplicates"],
    description:
      "The array without repetitions. Objects are compared by content, or by some of their fields.",
    parameters: [
      { name: "fields", type: "string", rest: true, optional: true, description: "Fields to compare by." },
    ],
    returns: "any[]",
    keywords: ["distinct", "deduplicate"],
    examples: [
      { expression: "[1, 2, 1, { a: 1 }, { a: 1 }].unique()", result: [1, 2, { a: 1 }] },
      { expression: '[{ a: 1, b: 1 }, { a: 1, b: 2 }].unique("a")', result: [{ a: 1, b: 1 }] },
    ],
    run: (value, ...fields: unknown[]) =>
      fields.length === 0 ? unique(value) : uniqueBy(value, fields.map(String)),
  },
  {
    name: "union",
    description: "The elements of both arrays without repetitions. Objects are compared by content.",
    parameters: [{ name: "other", type: "any[]", description: "The second array." }],
    returns: "any[]",
    keywords: ["combine"],
    examples: [{ expression: "[1, 2].union([2, 3])", result: [1, 2, 3] }],
    run: (value, other?: unknown) => unique([...value, ...expectArray("union", other)]),
  },
  {
    name: "difference",
    description:
      "The elements that the other array lacks, without repetitions. Objects are compared by content.",
    parameters: [{ name: "other", type: "any[]", description: "The array with what is left out." }],
    returns: "any[]",
    keywords: ["subtract", "without"],
    examples: [{ expression: "[1, 2, 3].difference([2])", result: [1, 3] }],
    run: (value, other?: unknown) => {
      const others = new DeepSet(expectArray("difference", other));
      return unique(value.filter((element) => !others.has(element)));
    },
  },
  {
    name: "intersection",
    description: "The elements that both arrays have, without repetitions. Objects are compared by content.",
    parameters: [{ name: "other", type: "any[]", description: "The second array." }],
    returns: "any[]",
    keywords: ["common"],
    examples: [{ expression: "[1, 2, 3].intersection([3, 2, 5])", result: [2, 3] }],
    run: (value, other?: unknown) => {
      const others = new DeepSet(expectArray("intersection", other));
      return unique(value.filter((element) => others.has(element)));
    },
  },
]);

function unique(elements: readonly unknown[]): unknown[] {
  const seen = new DeepSet();
  return elements.filter((element) => seen.add(element));
}

function uniqueBy(elements: readonly unknown[], fields: readonly string[]): unknown[] {
  const seen = new DeepSet();
  return elements.filter((element) =>
    seen.add(
      typeof element === "object" && element !== null
        ? fields.map((field) => (element as Record<string, unknown>)[field])
        : element,
    ),
  );
}
