import { extensionsOn } from "./definition.ts";

export const GENERIC_FUNCTIONS = extensionsOn("any", [
  {
    name: "isEmpty",
    description: "Whether the value is nothing: `undefined`, `null`, `0`, `NaN` or `false`.",
    parameters: [],
    returns: "boolean",
    examples: [
      { expression: "undefined.isEmpty()", result: true },
      { expression: "(0).isEmpty()", result: true },
      { expression: "(5).isEmpty()", result: false },
    ],
    run: (value) => !value,
  },
  {
    name: "isNotEmpty",
    description: "Whether the value is something: not `undefined`, `null`, `0`, `NaN` or `false`.",
    parameters: [],
    returns: "boolean",
    examples: [
      { expression: "null.isNotEmpty()", result: false },
      { expression: "true.isNotEmpty()", result: true },
    ],
    run: (value) => Boolean(value),
  },
]);
