import { compact } from "../compact.ts";
import { extensionsOn } from "../definition.ts";
import { ExpressionExtensionError } from "../errors.ts";
import { describeValue } from "../receiver.ts";

const MEANINGLESS = extensionsOn(
  "array",
  ["toInt", "toFloat", "toBoolean", "toDateTime"].map((name) => ({
    name,
    description: "Always undefined: an array has no such value.",
    parameters: [],
    returns: "undefined",
    deprecated: "Call it on an element.",
    examples: [{ expression: `[1].${name}()`, result: undefined }],
    run: () => undefined,
  })),
);

export const ARRAY_ELEMENTS = [
  ...extensionsOn("array", [
    {
      name: "first",
      description: "The first element, or undefined.",
      parameters: [],
      returns: "any",
      keywords: ["head"],
      examples: [{ expression: "[1, 2, 3].first()", result: 1 }],
      run: (value) => value[0],
    },
    {
      name: "last",
      description: "The last element, or undefined.",
      parameters: [],
      returns: "any",
      keywords: ["tail"],
      examples: [{ expression: "[1, 2, 3].last()", result: 3 }],
      run: (value) => value.at(-1),
    },
    {
      name: "randomItem",
      description: "Any one of the elements, or undefined.",
      parameters: [],
      returns: "any",
      keywords: ["sample", "shuffle"],
      examples: [{ expression: "[7].randomItem()", result: 7 }],
      run: (value) => value[Math.floor(Math.random() * value.length)],
    },
    {
      name: "reverse",
      description: "The elements from the last to the first, in a new array.",
      parameters: [],
      returns: "any[]",
      examples: [{ expression: "[1, 2, 3].reverse()", result: [3, 2, 1] }],
      run: (value) => value.toReversed(),
    },
    {
      name: "append",
      description: "A new array with more elements at its end. An array among them stays one element.",
      parameters: [{ name: "elements", type: "any", rest: true, description: "What comes to the end." }],
      returns: "any[]",
      keywords: ["push", "add", "concat"],
      examples: [{ expression: "[1].append([2], 3)", result: [1, [2], 3] }],
      run: (value, ...elements: unknown[]) => [...value, ...elements],
    },
    {
      name: "chunk",
      description: "The elements in arrays of some length; the last one may be shorter.",
      parameters: [{ name: "size", type: "number", description: "At least 1." }],
      returns: "any[][]",
      keywords: ["split", "batch"],
      examples: [{ expression: "[1, 2, 3].chunk(2)", result: [[1, 2], [3]] }],
      run: (value, size?: unknown) => chunk(value, size),
    },
    {
      name: "compact",
      description:
        'The array without `null`, `undefined`, `""`, `"nil"`, `[]` and `{}`, also within its elements.',
      parameters: [],
      returns: "any[]",
      keywords: ["removeEmpty", "clean"],
      examples: [{ expression: '[1, null, "", [2, null], { a: null }].compact()', result: [1, [2], {}] }],
      run: (value) => compact(value),
    },
    {
      name: "isEmpty",
      description: "Whether the array has no elements.",
      parameters: [],
      returns: "boolean",
      examples: [
        { expression: "[].isEmpty()", result: true },
        { expression: "[null].isEmpty()", result: false },
      ],
      run: (value) => value.length === 0,
    },
    {
      name: "isNotEmpty",
      description: "Whether the array has elements.",
      parameters: [],
      returns: "boolean",
      examples: [{ expression: "[0].isNotEmpty()", result: true }],
      run: (value) => value.length > 0,
    },
    {
      name: "toJsonString",
      description: "The array as JSON.",
      parameters: [],
      returns: "string",
      keywords: ["stringify"],
      examples: [{ expression: '[1, "a"].toJsonString()', result: '[1,"a"]' }],
      run: (value) => JSON.stringify(value),
    },
  ]),
  ...MEANINGLESS,
];

function chunk(value: readonly unknown[], size: unknown): unknown[][] {
  if (typeof size !== "number" || !(size >= 1)) {
    throw new ExpressionExtensionError(`chunk() takes a number of at least 1, not ${describeValue(size)}`);
  }
  const chunks: unknown[][] = [];
  for (let start = 0; start < value.length; start += size) chunks.push(value.slice(start, start + size));
  return chunks;
}
