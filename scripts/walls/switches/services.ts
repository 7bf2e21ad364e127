import type { WallSwitch } from "../wall-switch.ts";

const SERVICES = "packages/server/src/services";
const CALL = `${SERVICES}/call.ts`;
const TESTS = `${SERVICES}/services.test.ts`;
const UNITS = `${SERVICES}/service.test.ts`;

/** Functions of the host that scripts may call. */
export const SERVICE_SWITCHES: readonly WallSwitch[] = [
  {
    wall: "capabilities",
    what: "a service with a permission is for tenants that are granted it",
    file: CALL,
    find: "if (isGranted(grants, permission)) return;",
    replace: "if (isGranted(grants, permission) || permission !== undefined) return;",
    tests: [TESTS, "calls what needs a permission only with a grant"],
  },
  {
    wall: "capabilities",
    what: "a service's input fits its schema",
    file: CALL,
    find: "if (checked.issues === undefined) return checked.value;",
    replace: "if (checked.issues === undefined || path !== undefined) return input;",
    tests: [TESTS, "never comes to the handler"],
  },
  {
    wall: "capabilities",
    what: "of a service's output only what its schema knows leaves the host",
    file: CALL,
    find: "return (checked.value ?? null) as JsonValue;",
    replace: "return (output ?? null) as JsonValue;",
    tests: [TESTS, "as far as the schema knows it"],
  },
  {
    wall: "capabilities",
    what: "of a service's errors only those that are meant for scripts reach them",
    file: CALL,
    find: "if (error instanceof ServiceError) return",
    replace:
      "if (error instanceof CapabilityError) return error;\n  if (error instanceof ServiceError) return",
    tests: [TESTS, "or tells nothing of what went wrong"],
  },
  {
    wall: "capabilities",
    what: "a tenant cannot make users for services",
    file: CALL,
    find: "/^(?:user|token|host):",
    replace: "/^(?:user|token|host|jwt):",
    tests: [TESTS, "takes nobody's word for who the user is"],
  },
  {
    wall: "capabilities",
    what: "a service hears that its execution has ended",
    file: CALL,
    find: '  ended.addEventListener("abort", onEnd, { once: true });\n',
    replace: "",
    tests: [TESTS, "ends with its execution"],
  },
  {
    wall: "capabilities",
    what: "calls of services count in the tenant's quota",
    file: CALL,
    find: "      await takeQuota(quotas, call.tenant);\n",
    replace: "",
    tests: [TESTS, "has no more calls than its plan"],
  },
  {
    wall: "capabilities",
    what: "a service is not called more often than its rate",
    file: `${SERVICES}/rate-window.ts`,
    find: "if (window.used >= limit) return",
    replace: "if (window.used > limit) return",
    tests: [UNITS, "a window holds as many calls"],
  },
  {
    wall: "capabilities",
    what: "services cannot fail with codes of Skerry's own",
    file: `${SERVICES}/service.ts`,
    find: " || OWN_CODES.has(code)",
    replace: "",
    tests: [UNITS, "is no code for a ServiceError"],
  },
];
