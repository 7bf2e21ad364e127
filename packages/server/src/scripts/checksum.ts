import { createHash } from "node:crypto";
import type { Content } from "./content.ts";

/**
 * SHA-256 over all that makes a version: the JSON object of `language`, `settings` and `source`, serialised as RFC 8785
 * says, so that anybody can compute it again.
 */
export function checksumOf({ language, settings, source }: Content): Buffer {
  return createHash("sha256").update(serialise({ language, settings, source })).digest();
}

/** JavaScript's own order of keys and writing of numbers and texts are those of RFC 8785. */
function serialise(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(serialise).join(",")}]`;
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${serialise(member)}`);
  return `{${members.join(",")}}`;
}
