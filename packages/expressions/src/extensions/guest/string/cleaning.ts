import { extensionsOn } from "../definition.ts";
import { removeMarkdown } from "./markdown.ts";
import { transliterate } from "./transliteration.ts";

export const STRING_CLEANING = extensionsOn("string", [
  {
    name: "removeMarkdown",
    description: "The text without the marks of Markdown. Links leave their text, images leave nothing.",
    parameters: [],
    returns: "string",
    keywords: ["strip", "plain text"],
    examples: [
      { expression: '"# A\\n**b** [c](http://d)".removeMarkdown()', result: "A\nb c" },
      { expression: '"```js\\ncode\\n```".removeMarkdown()', result: "code\n" },
    ],
    run: (value) => removeMarkdown(value),
  },
  {
    name: "removeTags",
    description:
      "The text without tags of HTML or XML; a tag that is not closed goes to the end of the text.",
    parameters: [],
    returns: "string",
    keywords: ["strip", "html", "xml"],
    examples: [
      { expression: '"<p>Hi <b>there</b></p>".removeTags()', result: "Hi there" },
      { expression: '"1 < 2".removeTags()', result: "1 " },
    ],
    run: (value) => value.replace(/<[^>]*>?/g, ""),
  },
  {
    name: "replaceSpecialChars",
    description:
      "The text in ASCII: letters with accents and letters of other scripts become Latin ones, what has no such form becomes `?`.",
    parameters: [],
    returns: "string",
    keywords: ["transliterate", "accents", "diacritics", "ascii", "slug"],
    examples: [
      { expression: '"Straße déjà".replaceSpecialChars()', result: "Strasse deja" },
      { expression: '"你好".replaceSpecialChars()', result: "Ni Hao" },
    ],
    run: (value) => transliterate(value),
  },
]);
