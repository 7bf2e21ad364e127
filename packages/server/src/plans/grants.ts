import { z } from "zod";

const MAX_PATTERNS = 200;
const PATTERN = /^(?:\*|[A-Za-z_$][\w$-]*(?:\.[A-Za-z_$][\w$-]*)*(?:\.\*)?)$/;

/** Words with dots between them, each like a JavaScript name, and perhaps `.*` at the end; or `*` alone. */
export const grantPattern = z
  .string()
  .max(100)
  .regex(PATTERN, "must be *, or words with dots between them such as orders.refund or orders.*");

/** What is granted, as plans and tenants have it. */
export const grants = z.array(grantPattern).max(MAX_PATTERNS).readonly();

/**
 * Tells whether one of the patterns grants a name. `*` grants everything, `orders` itself and all below it, `orders.*`
 * all below it.
 */
export function isGranted(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => {
    if (pattern === "*" || pattern === name) return true;
    const stem = pattern.endsWith(".*") ? pattern.slice(0, -2) : pattern;
    return name.length > stem.length && name.startsWith(stem) && name[stem.length] === ".";
  });
}
