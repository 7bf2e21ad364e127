import { z } from "zod";
import { MAX_TYPE_LENGTH } from "./event-type.ts";

const WORD = /^[a-z0-9_-]*\*?[a-z0-9_-]*$/;
const ANY_REST = "**";

/**
 * Which types of events a list is about. A text without `*` is how types begin. Else it is a pattern whose words fit
 * as those of subscriptions do: `*` stands for any one word, or within a word for any part of it, and `**` at the end
 * for any number of words.
 */
export const typeFilter = z
  .string()
  .max(MAX_TYPE_LENGTH)
  .refine(isTypeFilter, 'must be words out of a to z, digits, "_", "-" and at most one *, with dots between');

function isTypeFilter(text: string): boolean {
  const words = text.split(".");
  return words.every((word, place) => WORD.test(word) || (word === ANY_REST && place === words.length - 1));
}

/** Each word has one `*` at most and cannot reach beyond its dot, so that matching takes no more than linear time. */
export function createTypeFilter(filter: string): (type: string) => boolean {
  if (!filter.includes("*")) return (type) => type.startsWith(filter);
  const words = filter.split(".");
  const isOpen = words.at(-1) === ANY_REST;
  const fixed = (isOpen ? words.slice(0, -1) : words).map((word) =>
    word === "*" ? "[^.]+" : word.replace("*", "[^.]*"),
  );
  const rest = isOpen ? (fixed.length === 0 ? ".*" : String.raw`(?:\..*)?`) : "";
  const pattern = new RegExp(`^${fixed.join(String.raw`\.`)}${rest}$`);
  return (type) => pattern.test(type);
}
