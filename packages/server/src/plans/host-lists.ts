import { z } from "zod";

const MAX_PATTERNS = 500;

/** A host name as URLs spell it, or `*.` and one for all names below it. */
const hostPattern = z
  .string()
  .max(253)
  .refine(
    isHostPattern,
    "must be a host name such as api.example.com, or *.example.com for all names below it",
  );

/** Hosts that requests may be sent to. */
const hostPatterns = z.array(hostPattern).max(MAX_PATTERNS).readonly();

/** Where the scripts of a tenant may send requests, beside what every tenant may not reach anyway. */
export const hostLists = z.object({
  allow: hostPatterns.nullable().describe("The only hosts that may be reached; null for all public ones."),
  deny: hostPatterns.describe("Hosts that may not be reached; comes before `allow` and internal hosts."),
});
export type HostLists = Readonly<z.output<typeof hostLists>>;

/** The same as plans write it down. */
export const hostListsDefinition = z.strictObject(hostLists.shape).partial();

export const ALL_HOSTS: HostLists = { allow: null, deny: [] };

/** Tells whether one of the patterns is the host name, or the name of a domain above it after `*.`. */
export function isHostListed(hostname: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) =>
    pattern.startsWith("*.") ? hostname.endsWith(pattern.slice(1)) : pattern === hostname,
  );
}

function isHostPattern(text: string): boolean {
  const name = text.startsWith("*.") ? text.slice(2) : text;
  return (
    /^[^*@:/?#\\\s]+$/.test(name) && !name.endsWith(".") && URL.parse(`http://${name}/`)?.hostname === name
  );
}
