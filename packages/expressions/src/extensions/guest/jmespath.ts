import jmespath from "jmespath";
import type { ParameterDefinition, StandaloneDefinition } from "./definition.ts";
import { ExpressionExtensionError } from "./errors.ts";

const PARAMETERS: readonly ParameterDefinition[] = [
  { name: "data", type: "object | any[]", description: "What is searched." },
  { name: "query", type: "string", description: "The [JMESPath](https://jmespath.org) query." },
];

export const JMESPATH: StandaloneDefinition = {
  name: "$jmespath",
  aliases: ["$jmesPath"],
  description: "What a JMESPath query finds in an object or array; null if it finds nothing.",
  parameters: PARAMETERS,
  returns: "any",
  keywords: ["query", "search", "filter"],
  examples: [
    {
      expression: `$jmespath([{ id: 1, tag: "x" }, { id: 2, tag: "y" }], "[?tag=='x'].id")`,
      result: [1],
    },
    { expression: '$jmespath({ a: 1 }, "b")', result: null },
  ],
  run: (data, query) => {
    if (typeof data !== "object" || data === null || typeof query !== "string") {
      throw new ExpressionExtensionError("$jmespath() takes an object or array, and a query as a text");
    }
    const found: unknown = jmespath.search(data, query);
    // The library also reads what objects inherit.
    return typeof found === "function" ? null : found;
  },
};
