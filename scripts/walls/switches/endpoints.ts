import type { WallSwitch } from "../wall-switch.ts";

const ENDPOINTS = "packages/server/src/endpoints";
const GUARD_TESTS = `${ENDPOINTS}/guarded-endpoints.test.ts`;
const SIGNATURE_TESTS = `${ENDPOINTS}/auth/signature.test.ts`;
const REMOTE_KEY_TESTS = `${ENDPOINTS}/auth/remote-keys.test.ts`;
const STREAM_TESTS = `${ENDPOINTS}/streams.test.ts`;
const VISITOR_TESTS = `${ENDPOINTS}/visitors.test.ts`;
const SERVICE_TESTS = `${ENDPOINTS}/service.test.ts`;

/** Who may call endpoints, and what stays between visitors and the platform. */
export const ENDPOINT_SWITCHES: readonly WallSwitch[] = [
  {
    wall: "rest",
    what: "an API key belongs to the tenant of the endpoint",
    file: `${ENDPOINTS}/auth/guard.ts`,
    find: "if (principal.tenantId !== tenantId) {",
    replace: "if (false) {",
    tests: [GUARD_TESTS, "takes keys of the tenant"],
  },
  {
    wall: "rest",
    what: "a script does not see the API key of its caller",
    file: `${ENDPOINTS}/request.ts`,
    find: " || name === withheldHeader",
    replace: "",
    tests: [GUARD_TESTS, "takes keys of the tenant"],
  },
  {
    wall: "rest",
    what: "a token expires",
    file: "packages/server/src/auth/token-keys.ts",
    find: 'requiredClaims: ["exp"],',
    replace: "",
    tests: [GUARD_TESTS, "takes those that the secret signed"],
  },
  {
    wall: "rest",
    what: "a public key is no shared secret",
    file: `${ENDPOINTS}/auth/json-web-token.ts`,
    find: 'if (text.startsWith("-----BEGIN")) return { publicKeys: [text] };',
    replace: "",
    tests: [GUARD_TESTS, "takes a public key"],
  },
  {
    wall: "rest",
    what: "a signature fits",
    file: `${ENDPOINTS}/auth/signature.ts`,
    find: "if (!signatures.some((signature) => timingSafeEqual(signature, digest)))",
    replace: "if (false)",
    tests: [SIGNATURE_TESTS, "does not fit another body"],
  },
  {
    wall: "rest",
    what: "a signature has its time",
    file: `${ENDPOINTS}/auth/signature.ts`,
    find: "if (Math.abs(now / 1_000 - time) > toleranceSeconds) {",
    replace: "if (false) {",
    tests: [SIGNATURE_TESTS, "passes within 300 s"],
  },
  {
    wall: "rest",
    what: "a signature is used once",
    file: `${ENDPOINTS}/auth/guard.ts`,
    find: "validUntil !== undefined && !used.use(",
    replace: "validUntil === 0 && !used.use(",
    tests: [GUARD_TESTS, "takes each of them once"],
  },
  {
    wall: "rest",
    what: "a script does not see the session of its visitor",
    file: `${ENDPOINTS}/request.ts`,
    find: '[name, name === "cookie" ? withoutSession(value) : value]',
    replace: "[name, value]",
    tests: [VISITOR_TESTS, "a session of the platform"],
  },
  {
    wall: "rest",
    what: "a script does not set the session of its visitor",
    file: `${ENDPOINTS}/response.ts`,
    find: "if (isSessionCookie(name, value)) continue;",
    replace: "",
    tests: [VISITOR_TESTS, "a session of the platform"],
  },
  {
    wall: "rest",
    what: "an origin that is not named may not read",
    file: `${ENDPOINTS}/cors.ts`,
    find: "if (origin === null || !(isAny || policy.origins.includes(origin))) return false;",
    replace: "if (origin === null) return false;",
    tests: [GUARD_TESTS, "answers preflights itself"],
  },
  {
    wall: "rest",
    what: "a stream is made no faster than it is read",
    file: `${ENDPOINTS}/body-stream.ts`,
    find: "{ highWaterMark: 0 }",
    replace: "{ highWaterMark: 1_000 }",
    tests: [STREAM_TESTS, "is not made faster"],
  },
  {
    wall: "rest",
    what: "half an answer does not look like a whole one",
    file: `${ENDPOINTS}/body-stream.ts`,
    find: "          cut();",
    replace: "          controller.close();",
    tests: [STREAM_TESTS, "ends half way with SCRIPT_ERROR"],
  },
  {
    wall: "rest",
    what: "nothing runs for a caller that is gone",
    file: `${ENDPOINTS}/body-stream.ts`,
    find: "        await chunks.return();",
    replace: "",
    tests: [STREAM_TESTS, "its caller leaves"],
  },
  {
    wall: "rest",
    what: "keys are fetched only for tenants whose scripts may send requests",
    file: `${ENDPOINTS}/auth/remote-keys.ts`,
    find: 'if (isGranted(await capabilitiesOf(tenantId), "http.request")) return;',
    replace: "if (await capabilitiesOf(tenantId)) return;",
    tests: [REMOTE_KEY_TESTS, "may send no requests"],
  },
  {
    wall: "rest",
    what: "tokens do not make a node ask again and again for keys",
    file: `${ENDPOINTS}/auth/remote-keys.ts`,
    find: "if (failed && Date.now() < failed.until) throw failed.error;",
    replace: "",
    tests: [REMOTE_KEY_TESTS, "not fetched again at once"],
  },
  {
    wall: "rest",
    what: "keys come from where nobody can change them on the way",
    file: `${ENDPOINTS}/settings.ts`,
    find: 'url?.protocol === "https:" && ',
    replace: 'url?.protocol.startsWith("http") && ',
    tests: [REMOTE_KEY_TESTS, "cannot be at http:"],
  },
  {
    wall: "rest",
    what: "a test request does not lead out of its endpoint",
    file: `${ENDPOINTS}/test-request.ts`,
    find: 'part === "." || part === ".."',
    replace: "false",
    tests: [SERVICE_TESTS, "leads nowhere but to its endpoint"],
  },
  {
    wall: "rest",
    what: "who may not run scripts sends no test requests",
    file: `${ENDPOINTS}/service.ts`,
    find: 'requirePermission(caller, "scripts.execute");',
    replace: "",
    tests: [SERVICE_TESTS, "is for those who may run scripts"],
  },
];
