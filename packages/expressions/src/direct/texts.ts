import { copyElements, isObject } from "./host-values.ts";
import { MAX_TEXT_CHARS, type Run } from "./run.ts";

/** Longest text of a whole template, in UTF-16 units. */
const MAX_TEMPLATE_TEXT_CHARS = 1_048_576;

/** `${value}` */
export function writeText(run: Run, value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return isObject(value) ? run.giveUp() : String(value);
}

/** `array.join(separator)` */
export function joinElements(run: Run, array: readonly unknown[], separator: string): string | undefined {
  let text = "";
  const elements = copyElements(run, array);
  for (let index = 0; index < elements.length && run.isSure; index++) {
    const element = elements[index];
    const part = element === undefined || element === null ? "" : writeText(run, element);
    text += index === 0 ? part : separator + part;
    if (text.length > MAX_TEXT_CHARS) return run.giveUp();
  }
  return run.limitText(text);
}

/** Text of a template with more than one part: what is empty adds nothing, as in `join` of the runtime. */
export function joinParts(run: Run, parts: readonly unknown[]): string | undefined {
  let text = "";
  for (const part of parts) {
    if (!part && part !== 0 && part !== false) continue;
    const written = Array.isArray(part) ? joinElements(run, part, ",") : writeText(run, part);
    if (written === undefined) return undefined;
    text += written;
    if (text.length > MAX_TEMPLATE_TEXT_CHARS) return run.giveUp();
  }
  return text;
}
