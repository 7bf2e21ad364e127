import type { WallSwitch } from "../wall-switch.ts";

const EXECUTIONS = "packages/server/src/executions";
const BATCH_TESTS = `${EXECUTIONS}/batches/batches.test.ts`;

/** What is kept and shown of executions, and what is done to many of them at once. */
export const EXECUTION_SWITCHES: readonly WallSwitch[] = [
  {
    wall: "rest",
    what: "a replay of many takes those that were counted",
    file: `${EXECUTIONS}/batches/service.ts`,
    find: "endNow(await resolve(caller, wished))",
    replace: "await resolve(caller, wished)",
    tests: [BATCH_TESTS, "takes what was there when it was asked for"],
  },
  {
    wall: "rest",
    what: "many executions are replayed by those who may run scripts",
    file: `${EXECUTIONS}/batches/service.ts`,
    find: 'requirePermission(caller, "scripts.execute");',
    replace: "",
    tests: [BATCH_TESTS, "without the permissions"],
  },
  {
    wall: "rest",
    what: "many executions are counted for those who may see them",
    file: `${EXECUTIONS}/batches/service.ts`,
    find: `    async count(caller, action, selection) {
      requirePermission(caller, "executions.read");`,
    replace: "    async count(caller, action, selection) {",
    tests: [BATCH_TESTS, "without the permissions"],
  },
  {
    wall: "capabilities",
    what: "a name that a guest made up is not kept with its calls",
    file: "packages/sandbox/src/supervisor/job.ts",
    find: 'this.#note(capabilities.has(name) ? name : "unknown")',
    replace: "this.#note(name)",
    tests: ["packages/sandbox/src/supervisor/job.test.ts", "without what was said"],
  },
  {
    wall: "supervisor",
    what: "the calls that are noted of an execution are few",
    file: "packages/sandbox/src/supervisor/job.ts",
    find: "if (calls.length >= MAX_NOTED_CALLS) return undefined;",
    replace: "",
    tests: ["packages/sandbox/src/supervisor/job.test.ts", "without what was said"],
  },
];
