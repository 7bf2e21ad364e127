import { languages } from "monaco-editor/editor";

/** The language of text with `{{ }}` in it. */
export const EXPRESSION = "expression";

const BRACKETS = { open: "{{", close: "}}" };

/** Colours of templates: text is plain, what stands between the braces is JavaScript. */
export function registerExpressions(): void {
  languages.register({ id: EXPRESSION });
  languages.setLanguageConfiguration(EXPRESSION, {
    brackets: [
      [BRACKETS.open, BRACKETS.close],
      ["[", "]"],
      ["(", ")"],
    ],
    autoClosingPairs: [
      { open: "{", close: "}" },
      { open: "(", close: ")" },
      { open: "[", close: "]" },
    ],
  });
  languages.setMonarchTokensProvider(EXPRESSION, {
    tokenizer: {
      root: [
        [/\{\{/, { token: "keyword", next: "@code" }],
        [/[^{]+|\{/, ""],
      ],
      code: [
        [/\}\}/, { token: "keyword", next: "@pop" }],
        [/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`/, "string"],
        [/\$[\w$]*/, "type"],
        [/\b(?:true|false|null|undefined|new|typeof|in|of|const|let|return)\b/, "keyword"],
        [/\d[\w.]*/, "number"],
        [/[\w]+|./, ""],
      ],
    },
  });
}
