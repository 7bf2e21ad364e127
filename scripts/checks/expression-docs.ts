import { type ListedFunction, listExtensions } from "../../packages/expressions/src/additions/listing.ts";
import {
  documentParameter,
  writeParameter,
  writeResult,
  writeSignature,
} from "../../packages/expressions/src/editor/documentation.ts";
import {
  type NameDocumentation,
  RUNTIME_NAMES,
  WORKFLOW_NAMES,
} from "../../packages/expressions/src/editor/names.ts";
import type { Finding } from "./finding.ts";
import { checkParts, writeParts } from "./generated-parts.ts";
import type { PartlyGenerated } from "./generated-parts.ts";

/** The page about the expression language. What stands between its marks comes from the tables in the code. */
export const EXPRESSION_DOCS_FILE = "docs/expressions.md";

/** Sections by the type of the functions in them, in the order of the page. */
const SECTIONS: ReadonlyArray<readonly [on: ListedFunction["on"], title: string]> = [
  [undefined, "By themselves"],
  ["string", "On strings"],
  ["number", "On numbers"],
  ["array", "On arrays"],
  ["object", "On objects"],
  ["date", "On dates"],
  ["boolean", "On booleans"],
  ["any", "On every other value"],
];

const PAGE: PartlyGenerated = {
  file: EXPRESSION_DOCS_FILE,
  step: "expression-docs",
  source: "the tables",
  parts: {
    names: () => writeNames(RUNTIME_NAMES),
    "workflow names": () => writeNames(WORKFLOW_NAMES),
    functions: () => SECTIONS.map(([on, title]) => writeSection(on, title)).join("\n\n"),
  },
};

/** Tells whether `docs/expressions.md` says what the tables of names and functions say. */
export async function checkExpressionDocs(root: string): Promise<Finding[]> {
  return await checkParts(root, PAGE);
}

/** Writes the generated parts of `docs/expressions.md` anew. */
export async function writeExpressionDocs(root: string): Promise<void> {
  await writeParts(root, PAGE);
}

function writeNames(names: readonly NameDocumentation[]): string {
  const rows = names.map(({ name, description }) => `| \`${name}\` | ${writeCell(description)} |`);
  return ["| name | what it is |", "| --- | --- |", ...rows].join("\n");
}

function writeCell(text: string): string {
  return text.replaceAll("|", "\\|");
}

function writeSection(on: ListedFunction["on"], title: string): string {
  const functions = listExtensions().filter((each) => each.on === on);
  return [`### ${title}`, ...functions.map(writeFunction)].join("\n\n");
}

function writeFunction(listed: ListedFunction): string {
  const { description, parameters, examples, aliases = [], deprecated } = listed;
  const paragraphs = [`#### \`${writeSignature(listed)}\``, description];
  if (aliases.length > 0) paragraphs.push(`Also called ${aliases.map((name) => `\`${name}\``).join(", ")}.`);
  if (deprecated !== undefined) paragraphs.push(`**Deprecated.** ${deprecated}`);
  const items = parameters.map(
    (parameter) => `- \`${writeParameter(parameter)}\`: ${documentParameter(parameter)}`,
  );
  if (items.length > 0) paragraphs.push(items.join("\n"));
  const lines = examples.map(({ expression, result }) => `${expression} // ${writeResult(result)}`);
  paragraphs.push(["```js", ...lines, "```"].join("\n"));
  return paragraphs.join("\n\n");
}
