import type { WallSwitch } from "../wall-switch.ts";

const SIGN_IN_TESTS = "packages/server/src/cli/sign-in/sign-in.test.ts";
const PUSH = "packages/server/src/transfer/push.ts";
const PUSH_TESTS = "packages/server/src/transfer/push.test.ts";

/** What keeps keys of the command line from folders and servers of others, pushes, and what nodes tell of themselves. */
export const REMOTE_SWITCHES: readonly WallSwitch[] = [
  {
    wall: "rest",
    what: "an installation that a clone or an archive brought along is not started",
    file: "packages/server/src/main/data-folder.ts",
    find: "if (births.length > 0 && !isOld && !isDataDirNamed) throw foreign(dataDir);",
    replace: "",
    tests: ["packages/server/src/main/data-folder.test.ts", "one that was brought along is refused"],
  },
  {
    wall: "rest",
    what: "the mark of a data folder is not written through a link",
    file: "packages/server/src/main/data-folder.ts",
    find: "await rename(written, file);",
    replace: "await writeFile(file, `${mark}\\n`);",
    tests: ["packages/server/src/main/data-folder.test.ts", "what links lead to is neither read nor written"],
  },
  {
    wall: "rest",
    what: "an installed skerry runs nothing of the project around it",
    file: "packages/server/bin/skerry.mjs",
    find: "if (!isInstalled && !runsSources && existsSync(setup)) {",
    replace: "if (!runsSources && existsSync(setup)) {",
    tests: ["scripts/with-setup.test.ts", "an installed program runs nothing of the project"],
  },
  {
    wall: "rest",
    what: "a kept key goes to its own server alone",
    file: "packages/server/src/cli/server/remote.ts",
    find: "const there = profiles.filter((profile) => profile.url === url);",
    replace: "const there = profiles;",
    tests: [SIGN_IN_TESTS, "a kept key goes to no server but its own, whatever skerry.json says"],
  },
  {
    wall: "rest",
    what: "a key of the environment goes to no server that only a folder names",
    file: "packages/server/src/cli/server/remote.ts",
    find: "if (named === undefined && project?.url !== undefined) requireTrusted(url, profiles);",
    replace: "",
    tests: [SIGN_IN_TESTS, "a key of the environment goes to no server that skerry.json alone names"],
  },
  {
    wall: "rest",
    what: "a push overwrites nothing that went on",
    file: PUSH,
    find: "return baseRevision !== (row === undefined ? null : revisionOf(row));",
    replace: "return false && row;",
    tests: [
      PUSH_TESTS,
      "a push that builds upon something older is refused whole, with all that went on > a newer version",
    ],
  },
  {
    wall: "rest",
    what: "who may not delete scripts deletes none by a push",
    file: PUSH,
    find: 'if (input.deletions.length > 0) requirePermission(caller, "scripts.delete");',
    replace: "",
    tests: [PUSH_TESTS, "who may not create or delete does neither by a push, and who may only read pulls"],
  },
  {
    wall: "rest",
    what: "who may not create scripts creates none by a push",
    file: PUSH,
    find: 'if (plan.creations.length > 0) requirePermission(caller, "scripts.create");',
    replace: "",
    tests: [PUSH_TESTS, "who may not create or delete does neither by a push, and who may only read pulls"],
  },
  {
    wall: "rest",
    what: "a sender has no part in whether a trace is recorded",
    file: "packages/server/src/observability/sampler.ts",
    find: " && context.getValue(NAMED_BY_SENDER) !== true",
    replace: "",
    tests: [
      "packages/server/src/observability/sampler.test.ts",
      "who sends a request has no part in whether it is recorded, neither by its flag nor by the trace's id",
    ],
  },
  {
    wall: "rest",
    what: "metrics are told to who has the token alone",
    file: "packages/server/src/observability/metrics/prometheus.ts",
    find: 'if (token !== undefined) requireToken(headers.get("authorization"), token);',
    replace: "",
    tests: [
      "packages/server/src/observability/metrics/scrape.test.ts",
      "only who has the token is told, on nodes of every role",
    ],
  },
  {
    wall: "supervisor",
    what: "what a guest calls a host is not kept by the megabyte",
    file: "packages/server/src/observability/capability-attributes.ts",
    find: "if (hostname.length > MAX_NAME_LENGTH) return",
    replace: "if (hostname.length > MAX_NAME_LENGTH && false) return",
    tests: [
      "packages/server/src/observability/capability-attributes.test.ts",
      "megabytes that a guest calls a host are not kept in a span",
    ],
  },
];
