import { extensionsOn } from "../definition.ts";
import { toTitleCase } from "./title-case.ts";

export const STRING_CASING = extensionsOn("string", [
  {
    name: "toTitleCase",
    description:
      "The text as an English title: words begin with a capital, small words (of, the, and …) only at its ends. Words that have capitals of their own stay.",
    parameters: [],
    returns: "string",
    keywords: ["capitalize", "uppercase"],
    examples: [
      { expression: '"the LORD of rings".toTitleCase()', result: "The LORD of Rings" },
      { expression: '"iPhone and n8n".toTitleCase()', result: "iPhone and N8n" },
    ],
    run: (value) => toTitleCase(value),
  },
  {
    name: "toSentenceCase",
    description:
      "A capital for the first letter and the first one after each `.`, `!` and `?`; all others small.",
    parameters: [],
    returns: "string",
    keywords: ["capitalize", "uppercase"],
    examples: [{ expression: '"HELLO. how ARE you?".toSentenceCase()', result: "Hello. How are you?" }],
    run: (value) =>
      value
        .toLowerCase()
        .replace(
          /(^|[.!?])([^\p{L}.!?]*\p{L})/gu,
          (_, mark: string, rest: string) => mark + rest.toUpperCase(),
        ),
  },
  {
    name: "toSnakeCase",
    description:
      "The text in small letters, with `_` for spaces and hyphens and without other ASCII punctuation.",
    parameters: [],
    returns: "string",
    examples: [{ expression: '"Foo Bar-Baz $x".toSnakeCase()', result: "foo_bar_baz_x" }],
    run: (value) =>
      value
        .toLowerCase()
        .replace(/[ -]/g, "_")
        .replace(/[!-/:-@[-^`{-~]/g, ""),
  },
]);
