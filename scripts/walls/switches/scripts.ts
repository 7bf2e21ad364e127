import type { WallSwitch } from "../wall-switch.ts";

const SERVER = "packages/server/src";
const SCRIPT_TESTS = `${SERVER}/scripts/scripts.test.ts`;
const TRANSFER_TESTS = `${SERVER}/transfer/transfer.test.ts`;
const CONFIG = `${SERVER}/scripts/source-config`;
const CONFIG_TESTS = `${CONFIG}/agreement.test.ts`;
const PAGES = `${SERVER}/scripts/pages`;

/** What becomes of scripts is what somebody meant, checked whichever way it comes in. */
export const SCRIPT_SWITCHES: readonly WallSwitch[] = [
  {
    wall: "rest",
    what: "a draft is not saved over one that its author did not see",
    file: `${SERVER}/scripts/lookup.ts`,
    find: "if (expected === undefined || expected === revision) return;",
    replace: "if (expected !== revision || expected === revision) return;",
    tests: [SCRIPT_TESTS, "undoes nobody's work"],
  },
  {
    wall: "rest",
    what: "nothing is published over a version that its author did not see",
    file: `${SERVER}/scripts/lookup.ts`,
    find: "if (baseVersion === undefined || baseVersion === latest_version) return;",
    replace: "if (baseVersion !== latest_version || baseVersion === latest_version) return;",
    tests: [`${SERVER}/platform.test.ts`, "versions > are made by changes, refused when stale"],
  },
  {
    wall: "rest",
    what: "a script's status changes along the table",
    file: `${SERVER}/scripts/status.ts`,
    find: "if (canBecome(script, next)) return;",
    replace: "if (canBecome(script, next) || true) return;",
    tests: [SCRIPT_TESTS, "changes only along the table"],
  },
  {
    wall: "rest",
    what: "a source is gone over once for all that is wrong with its config",
    file: `${CONFIG}/config-problem.ts`,
    find: "  return problems.map(({ message, offset }) => {\n",
    replace:
      "  return problems.map(({ message, offset }) => {\n    source.slice(0, offset).split(/\\r\\n|[\\n\\r\\u2028\\u2029]/);\n",
    tests: [CONFIG_TESTS, "located in one go"],
  },
  {
    wall: "rest",
    what: "of many sources whose config is looked for one goes on at a time",
    file: `${CONFIG}/reading-turns.ts`,
    find: "lastTurn = lastTurn.then(() => setImmediate());",
    replace: "lastTurn = setImmediate();",
    tests: [CONFIG_TESTS, "one goes on in a turn"],
  },
  {
    wall: "rest",
    what: "no source gets larger than it may be by what is written into it",
    file: `${CONFIG}/agreement.ts`,
    find: "if (Buffer.byteLength(source) <= MAX_SOURCE_BYTES) return",
    replace: "if (source.length >= 0) return",
    tests: [CONFIG_TESTS, "gets too large"],
  },
  {
    wall: "rest",
    what: "settings that are imported fit the script's type",
    file: `${SERVER}/scripts/source-config/agreement.ts`,
    find: "return checkSettings(type, mergeSettings({}, settings ?? {}));",
    replace: "return (settings ?? {}) as never;",
    tests: [TRANSFER_TESTS, "with settings of another type is refused whole"],
  },
  {
    wall: "rest",
    what: "what is imported as published is what its history says",
    file: `${SERVER}/transfer/desired-script.ts`,
    find: "if (active !== undefined && !isSameContent(active, content)) {",
    replace: "if (false) {",
    tests: [TRANSFER_TESTS, "with an active version of another content is refused whole"],
  },
  {
    wall: "rest",
    what: "an import that would be in conflict changes nothing",
    file: `${SERVER}/transfer/service.ts`,
    find: "if (!dryRun) refuseConflicts(plan.conflicts);",
    replace: "void refuseConflicts;",
    tests: [TRANSFER_TESTS, "over another type is refused"],
  },
  {
    wall: "rest",
    what: "a command that pages offer to copy runs nothing but what it says",
    file: `${SERVER}/endpoints/curl-command.ts`,
    find: "${quoteForShell(url)}",
    replace: "${url}",
    tests: [`${PAGES}/script-pages.test.ts`, "an address and a command for a shell"],
  },
  {
    wall: "rest",
    what: "of the ways to prove oneself only the chosen one's settings are taken from a form",
    file: `${PAGES}/trigger-settings-form.ts`,
    find: 'path === "auth.type" || taken.includes(path)',
    replace: "taken.length >= 0",
    tests: [`${PAGES}/trigger-settings.test.tsx`, "of other types, other ways to prove oneself"],
  },
];
