import { extensionsOn } from "./definition.ts";

export const BOOLEAN_FUNCTIONS = extensionsOn("boolean", [
  {
    name: "toNumber",
    aliases: ["toInt", "toFloat"],
    description: "1 for true, 0 for false.",
    parameters: [],
    returns: "number",
    examples: [
      { expression: "true.toNumber()", result: 1 },
      { expression: "false.toNumber()", result: 0 },
    ],
    run: (value) => Number(value),
  },
  {
    name: "toBoolean",
    description: "The value itself, so that booleans and texts can be treated alike.",
    parameters: [],
    returns: "boolean",
    examples: [{ expression: "false.toBoolean()", result: false }],
    run: (value) => value,
  },
  {
    name: "toDateTime",
    description: "Always undefined: a boolean is no date.",
    parameters: [],
    returns: "undefined",
    deprecated: "A boolean is no date.",
    examples: [{ expression: "true.toDateTime()", result: undefined }],
    run: () => undefined,
  },
]);
