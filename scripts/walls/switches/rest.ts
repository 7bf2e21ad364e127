import type { WallSwitch } from "../wall-switch.ts";

const SERVER = "packages/server/src";
const BAD_INPUT_TESTS = `${SERVER}/bad-input.test.ts`;
const AUTH_TESTS = `${SERVER}/auth/auth.test.ts`;
const ROUTE_TESTS = "packages/server/test/contract/every-route.test.ts";
const RESPONSE_TESTS = `${SERVER}/endpoints/response.test.ts`;
const BODY_TESTS = `${SERVER}/rest/body.test.ts`;

/** The edge of the REST API and of HTTP scripts: requests that come in, and answers that guests make. */
export const REST_SWITCHES: readonly WallSwitch[] = [
  {
    wall: "rest",
    what: "a body that says it is too large is not read",
    file: `${SERVER}/rest/body.ts`,
    find: 'if (Number(request.headers.get("content-length")) > maxBytes) throw',
    replace: "if (false) throw",
    tests: [BODY_TESTS, "says that it is too large"],
  },
  {
    wall: "rest",
    what: "a body is read no further than its limit",
    file: `${SERVER}/rest/body.ts`,
    find: "if (length > maxBytes) throw",
    replace: "if (false) throw",
    tests: [BODY_TESTS, "does not say how large"],
  },
  {
    wall: "rest",
    what: "the depth of a body is checked before it is parsed",
    file: `${SERVER}/rest/json.ts`,
    find: "  if (nestsDeeperThan(text, MAX_JSON_DEPTH)) {",
    replace: "  if (false) {",
    tests: [BAD_INPUT_TESTS, "JSON that nests too deep"],
  },
  {
    wall: "rest",
    what: "a body passes a schema",
    file: `${SERVER}/rest/input.ts`,
    find: "const result = schema.safeParse(value, { error: wordRefusal });",
    replace:
      "const checked = schema.safeParse(value); const result = checked.success ? checked : ({ success: true, data: value } as any);",
    tests: [BAD_INPUT_TESTS, "an unknown field \\(POST"],
  },
  {
    wall: "rest",
    what: "an operator's route takes an operator's key",
    file: `${SERVER}/auth/principal.ts`,
    find: "if (principal.tenantId === undefined) return;",
    replace: "if (principal) return;",
    tests: [BAD_INPUT_TESTS, "an operator's route \\(GET"],
  },
  {
    wall: "rest",
    what: "a key does what its scopes say",
    file: `${SERVER}/auth/principal.ts`,
    find: "if (principal.permissions.has(permission)) return;",
    replace: "if (principal) return;",
    tests: [ROUTE_TESTS, "GET /scripts: no key without scripts.read"],
  },
  {
    wall: "rest",
    what: "the edge asks for the permission before anything is read",
    file: `${SERVER}/rest/router.ts`,
    find: "    requirePermission(caller, access);\n",
    replace: "    void requirePermission;\n",
    tests: [ROUTE_TESTS, "POST /scripts: no key without scripts.create"],
  },
  {
    wall: "rest",
    what: "services ask for the permission too",
    file: `${SERVER}/secrets/service.ts`,
    find: 'requirePermission(caller, "secrets.update");',
    replace: "",
    tests: [ROUTE_TESTS, "PUT /secrets/.name.: its service does not go without"],
  },
  {
    wall: "rest",
    what: "a tenant's key cannot name another tenant",
    file: `${SERVER}/auth/middleware.ts`,
    find: "if (named !== undefined && named !== principal.tenantId) throw",
    replace: "if (false) throw",
    tests: [BAD_INPUT_TESTS, "behind the header of operators"],
  },
  {
    wall: "rest",
    what: "a key cannot make another one that may do more",
    file: `${SERVER}/auth/service.ts`,
    find: "      for (const scope of scopes) requirePermission(caller, scope);\n",
    replace: "",
    tests: [AUTH_TESTS, "cannot make another one that may do more"],
  },
  {
    wall: "rest",
    what: "keys are kept as hashes",
    file: `${SERVER}/auth/key.ts`,
    find: 'return createHash("sha256").update(text).digest();',
    replace: "return Buffer.from(text).subarray(-32);",
    tests: [AUTH_TESTS, "is shown once, kept as a hash"],
  },
  {
    wall: "rest",
    what: "a revoked key is no longer valid",
    file: `${SERVER}/auth/repository.ts`,
    find: '    .where("revoked_at", "is", null)\n    .where((where)',
    replace: "    .where((where)",
    tests: [AUTH_TESTS, "works until it is revoked"],
  },
  {
    wall: "rest",
    what: "an expired key is no longer valid",
    file: `${SERVER}/auth/repository.ts`,
    find: '    .where((where) => where.or([where("expires_at", "is", null), where("expires_at", ">", sql<Date>`now()`)]))\n',
    replace: "",
    tests: [AUTH_TESTS, "that has expired is no more valid"],
  },
  {
    wall: "rest",
    what: "a guest's answer cannot frame messages or claim other paths",
    file: `${SERVER}/endpoints/response.ts`,
    find: "if (WITHHELD.has(name.toLowerCase())) continue;",
    replace: "",
    tests: [RESPONSE_TESTS, "drops what is the connection's"],
  },
  {
    wall: "rest",
    what: "a guest's page has an origin of its own",
    file: `${SERVER}/endpoints/response.ts`,
    find: '  headers.append("content-security-policy", SANDBOX_POLICY);\n',
    replace: "",
    tests: [RESPONSE_TESTS, "drops what is the connection's"],
  },
  {
    wall: "rest",
    what: "a guest's cookie stays with its host",
    file: `${SERVER}/endpoints/response.ts`,
    find: 'name.toLowerCase() === "set-cookie" ? withoutDomain(value) : value',
    replace: "value",
    tests: [RESPONSE_TESTS, "cookies with the host that answers"],
  },
  {
    wall: "rest",
    what: "a guest's headers are bounded",
    file: `${SERVER}/endpoints/response.ts`,
    find: "if (size > MAX_HEADER_BYTES) return",
    replace: "if (false) return",
    tests: [RESPONSE_TESTS, "refuses headers too large"],
  },
];
