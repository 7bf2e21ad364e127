import type { CorsPolicy } from "./settings.ts";

/** What a browser asks before it sends a request of a page of another origin (Fetch standard, "CORS-preflight"). */
export interface Preflight {
  readonly origin: string;
  /** Of the request to come, in upper case. */
  readonly method: string;
  readonly headers: string | null;
}

/** The headers by which a response says what pages may do (Fetch standard, "CORS protocol"). */
const PERMISSIONS = [
  "access-control-allow-credentials",
  "access-control-allow-headers",
  "access-control-allow-methods",
  "access-control-allow-origin",
  "access-control-expose-headers",
  "access-control-max-age",
];

/** @returns undefined for a request that is none. */
export function readPreflight({ method, headers }: Request): Preflight | undefined {
  if (method !== "OPTIONS") return undefined;
  const origin = headers.get("origin");
  const wanted = headers.get("access-control-request-method");
  if (origin === null || wanted === null) return undefined;
  return { origin, method: wanted, headers: headers.get("access-control-request-headers") };
}

/** Answers in place of the script. A page that may not is told nothing, which its browser takes for a no. */
export function answerPreflight(
  { origin, headers: asked }: Preflight,
  policy: CorsPolicy,
  methods: readonly string[],
): Response {
  const response = new Response(null, { status: 204 });
  const { headers } = response;
  if (admitOrigin(headers, origin, policy)) {
    headers.set("access-control-allow-methods", (policy.methods ?? methods).join(", "));
    const allowed = policy.headers?.join(", ") ?? asked;
    if (allowed !== null) headers.set("access-control-allow-headers", allowed);
    if (policy.maxAgeSeconds !== undefined) {
      headers.set("access-control-max-age", String(policy.maxAgeSeconds));
    }
  }
  headers.append("vary", "access-control-request-headers");
  return response;
}

/** Lets the page that asked read a response, where the policy lets it. What the script said of that is replaced. */
export function admitPage({ headers }: Response, origin: string | null, policy: CorsPolicy): void {
  for (const name of PERMISSIONS) headers.delete(name);
  const isAdmitted = admitOrigin(headers, origin, policy);
  if (isAdmitted && policy.exposedHeaders !== undefined) {
    headers.set("access-control-expose-headers", policy.exposedHeaders.join(", "));
  }
}

function admitOrigin(headers: Headers, origin: string | null, policy: CorsPolicy): boolean {
  const isAny = policy.origins.includes("*");
  if (!isAny) headers.append("vary", "origin");
  if (origin === null || !(isAny || policy.origins.includes(origin))) return false;
  headers.set("access-control-allow-origin", isAny ? "*" : origin);
  if (policy.credentials === true) headers.set("access-control-allow-credentials", "true");
  return true;
}
