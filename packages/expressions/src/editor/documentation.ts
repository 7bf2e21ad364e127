import type { FunctionDocumentation, ParameterDefinition } from "../extensions/guest/index.ts";

/** `name(a: string, b?: number): string` */
export function writeSignature({ name, parameters, returns }: FunctionDocumentation): string {
  return `${name}(${parameters.map(writeParameter).join(", ")}): ${returns}`;
}

export function writeParameter({ name, type, optional, default: value, rest }: ParameterDefinition): string {
  if (rest) return `...${name}: ${type.includes(" ") ? `(${type})` : type}[]`;
  return `${name}${optional || value !== undefined ? "?" : ""}: ${type}`;
}

/** Markdown: what a function does, and what it gives for example. */
export function documentFunction({ description, deprecated, examples }: FunctionDocumentation): string {
  const paragraphs = [description];
  if (deprecated !== undefined) paragraphs.push(`**Deprecated.** ${deprecated}`);
  const lines = examples.map(({ expression, result }) => `${expression} // ${writeResult(result)}`);
  if (lines.length > 0) paragraphs.push(["```js", ...lines, "```"].join("\n"));
  return paragraphs.join("\n\n");
}

export function documentParameter({ description, default: value }: ParameterDefinition): string {
  return value === undefined ? description : `${description} Default: \`${JSON.stringify(value)}\`.`;
}

/** A result of an example as code. */
export function writeResult(result: unknown): string {
  return JSON.stringify(result) ?? "undefined";
}
