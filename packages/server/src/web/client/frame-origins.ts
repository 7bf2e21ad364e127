/**
 * Whether an origin is one of the sources of a `frame-ancestors` directive (CSP Level 3, section 6.7.2.8): `'self'`, an
 * origin, or one whose host begins with `*.`. What is none of these matches nothing.
 */
export function isFrameAncestor(origin: string, sources: readonly string[], self: string): boolean {
  return sources.some((source) => {
    if (source === "'self'") return origin === self;
    const [, scheme, base] = /^(https?:\/\/)\*(\.[^/*]+)$/.exec(source) ?? [];
    if (scheme === undefined || base === undefined) return origin === source;
    return origin.startsWith(scheme) && origin.endsWith(base) && origin.length > scheme.length + base.length;
  });
}
