import type { WallSwitch } from "../wall-switch.ts";

const SUPERVISOR = "packages/sandbox/src/supervisor";
const DISPATCH = `${SUPERVISOR}/dispatch.ts`;
const DISPATCH_TESTS = `${SUPERVISOR}/dispatch.test.ts`;
const JOB = `${SUPERVISOR}/job.ts`;
const JOB_TESTS = `${SUPERVISOR}/job.test.ts`;

/** Calls of the guest on their way to a function of the host, and what comes back. */
export const CAPABILITY_SWITCHES: readonly WallSwitch[] = [
  {
    wall: "capabilities",
    what: "names come from a fixed table, not from a prototype",
    file: DISPATCH,
    find: "const capability = table.get(raw.name);",
    replace: "const capability = table.get(raw.name) ?? (Object.fromEntries(table) as any)[raw.name];",
    tests: [DISPATCH_TESTS, "answers CAPABILITY_UNKNOWN"],
  },
  {
    wall: "capabilities",
    what: "the size of a call is checked",
    file: DISPATCH,
    find: "  checkSize(capability, raw);\n",
    replace: "",
    tests: [DISPATCH_TESTS, "answers CAPABILITY_INPUT_LIMIT"],
  },
  {
    wall: "capabilities",
    what: "the body counts for the size of a call",
    file: DISPATCH,
    find: "args.byteLength + (body?.byteLength ?? 0)",
    replace: "args.byteLength",
    tests: [DISPATCH_TESTS, "answers CAPABILITY_INPUT_LIMIT"],
  },
  {
    wall: "capabilities",
    what: "the depth of arguments is checked before they are parsed",
    file: DISPATCH,
    find: "if (isDeeperThan(args, MAX_JSON_DEPTH)) {",
    replace: "if (false) {",
    tests: [DISPATCH_TESTS, "nest too deep"],
  },
  {
    wall: "capabilities",
    what: "arguments pass a schema",
    file: DISPATCH,
    find: 'const checked = await capability.input["~standard"].validate(value);',
    replace: "const checked = { value, issues: undefined as any };",
    tests: [DISPATCH_TESTS, "answers CAPABILITY_INPUT_INVALID"],
  },
  {
    wall: "capabilities",
    what: "the tenant comes from the lease, not from the message",
    file: JOB,
    find: "tenant: request.tenant,",
    replace: "tenant: (parseJson(args.toString()) as any)?.tenant ?? request.tenant,",
    tests: [JOB_TESTS, "capability calls > are attributed by the supervisor"],
  },
  {
    wall: "capabilities",
    what: "an error of the host crosses without its message and stack",
    file: JOB,
    find: 'parts = ["CAPABILITY_FAILED", `${name} failed inside the host`];',
    replace: 'parts = ["CAPABILITY_FAILED", String((error as Error).stack)];',
    tests: [JOB_TESTS, "capability calls > give the guest a code and a message"],
  },
  {
    wall: "capabilities",
    what: "calls are limited in number inside",
    file: "packages/sandbox/src/guest/calls.ts",
    find: "if (made >= allowed) {",
    replace: "if (false) {",
    tests: [JOB_TESTS, "capability calls > are limited in number"],
  },
  {
    wall: "capabilities",
    what: "calls are limited in number outside too",
    file: JOB,
    find: "if (++this.#usage.capabilityCalls > request.limits.capabilityCalls)",
    replace: "if (++this.#usage.capabilityCalls < 0)",
    tests: [JOB_TESTS, "when it sends > more calls than allowed"],
  },
  {
    wall: "capabilities",
    what: "calls under way are limited in number",
    file: JOB,
    find: "if (this.#openCalls.size >= MAX_OPEN_CALLS) return",
    replace: "if (false) return",
    tests: [JOB_TESTS, "when it sends > more calls at once"],
  },
  {
    wall: "capabilities",
    what: "a call is made once",
    file: JOB,
    find: "if (this.#openCalls.has(call)) return",
    replace: "if (false) return",
    tests: [JOB_TESTS, "when it sends > the same call twice"],
  },
  {
    wall: "capabilities",
    what: "a handler is told when its execution ends",
    file: JOB,
    find: "    this.#abort?.abort();\n",
    replace: "",
    tests: [JOB_TESTS, "capability calls > end with the execution"],
  },
];
