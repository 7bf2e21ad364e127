/** Of everything but a page that is made to be embedded. */
const NOT_EMBEDDED = "'none'";

/**
 * Headers of every page: scripts and styles of our own alone, nothing sent elsewhere, embedded by nobody. Monaco writes
 * style attributes, so inline styles are let through; inline scripts never are.
 */
export function createPageHeaders(frameAncestors: readonly string[] = []): Readonly<Record<string, string>> {
  const ancestors = frameAncestors.length === 0 ? NOT_EMBEDDED : frameAncestors.join(" ");
  return {
    "content-security-policy":
      "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; " +
      `object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors ${ancestors}`,
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
    vary: "Cookie, HX-Request, Accept-Language",
  };
}
