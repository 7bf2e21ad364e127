import type { WallSwitch } from "../wall-switch.ts";

const CAPABILITIES = "packages/server/src/capabilities";
const CALL_TESTS = "packages/server/src/calls/nested-calls.test.ts";
const JOB = "packages/sandbox/src/supervisor/job.ts";

/** What a tenant's scripts may call, and what calls lead to. */
export const CONTEXT_SWITCHES: readonly WallSwitch[] = [
  {
    wall: "capabilities",
    what: "a tenant calls what its plan gives",
    file: `${CAPABILITIES}/granting.ts`,
    find: "if (isGranted(capabilities, name))",
    replace: 'if (isGranted([...capabilities, "*"], name))',
    tests: [`${CAPABILITIES}/granting.test.ts`, "a tenant calls what its plan gives"],
  },
  {
    wall: "capabilities",
    what: "scripts that call each other in a circle come to an end",
    file: `${CAPABILITIES}/scripts.ts`,
    find: "if (depth > MAX_DEPTH) throw refuseDepth(script);",
    replace: "",
    tests: [CALL_TESTS, "a chain of calls has an end"],
  },
  {
    wall: "capabilities",
    what: "a called script has no more calls than its caller has left",
    file: "packages/server/src/calls/service.ts",
    find: "capabilityCalls: Math.min(limits.capabilityCalls, Math.max(0, capabilityCalls)),",
    replace: "capabilityCalls: capabilityCalls < 0 ? 0 : limits.capabilityCalls,",
    tests: [CALL_TESTS, "capability calls are shared with the caller"],
  },
  {
    wall: "supervisor",
    what: "a runner that sends log lines faster than guests log them is killed",
    file: JOB,
    find: "if (this.#logLines > MAX_LINES_PER_SECOND * 2 * (SPARE_SECONDS + this.elapsedMs / 1_000)) {",
    replace: "if (this.#logLines < MAX_LINES_PER_SECOND * 0 * SPARE_SECONDS) {",
    tests: ["packages/sandbox/src/supervisor/job.test.ts", "log lines faster than a guest logs them"],
  },
];
