import { type Attack, groupOf } from "../catalogue.ts";

/** Where a careless compiler puts a text, unescaped. What it gets wrong, the bridge beneath it has to hold. */
export type Place = "function" | "expression" | "arrow" | "async" | "declaration" | "template" | "comment";

/** The body of a function, as a bridge runs it. */
export interface NaiveCode {
  readonly place: Place;
  readonly body: string;
}

/** Every kind of place that the texts of inject/* try to break out of; `function` is the bridge's own. */
const PLACES: Readonly<Record<Place, (text: string) => string>> = {
  function: (text) => text,
  expression: (text) => `const $json = data.$json;\nreturn (${text});`,
  arrow: (text) => `const result = (() => {${text}})(); return result;`,
  async: (text) => `(async function () {${text}});`,
  declaration: (text) => `async function run() {${text}}`,
  template: (text) => `return (\`${text}\`);`,
  comment: (text) => `/* ${text} */ return 1;`,
};

/** What comes of an attack: text between `{{ }}` as an expression, any other in every place. */
export function compileNaively({ class: name, code }: Attack): readonly NaiveCode[] {
  if (groupOf(name) === "inject") {
    return Object.entries(PLACES).map(([place, put]) => ({ place: place as Place, body: put(code) }));
  }
  const text = code.slice(code.indexOf("{{") + 2, code.lastIndexOf("}}"));
  return [{ place: "expression", body: PLACES.expression(text) }];
}
