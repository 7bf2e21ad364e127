import type { WallSwitch } from "../wall-switch.ts";

const SERVER = "packages/server/src";
const EMBED_TESTS = `${SERVER}/web/embed/embed-pages.test.ts`;
const EDITOR_TESTS = `${SERVER}/scripts/pages/editor/editor.test.ts`;
const TRIAL_TESTS = `${SERVER}/endpoints/trial.test.ts`;

/** The editor: whose page it may stand in, and what one author cannot do to another's work. */
export const SCRIPT_EDITOR_SWITCHES: readonly WallSwitch[] = [
  {
    wall: "rest",
    what: "the editor is embedded by the named origins alone",
    file: `${SERVER}/web/embed/embed-pages.tsx`,
    find: "createPageHeaders(origins)",
    replace: 'createPageHeaders(["*"])',
    tests: [EMBED_TESTS, "can be embedded by the named origins"],
  },
  {
    wall: "rest",
    what: "where no origin is named there is nothing to embed",
    file: `${SERVER}/web/embed/embed-pages.tsx`,
    find: "origins.length === 0 || ",
    replace: "",
    tests: [EMBED_TESTS, "where nobody may embed it"],
  },
  {
    wall: "rest",
    what: "an origin cannot end the directive that it stands in",
    file: `${SERVER}/web/embed/origins.ts`,
    find: "PATTERN.test(text) && ",
    replace: "",
    tests: [EMBED_TESTS, "a.example;"],
  },
  {
    wall: "rest",
    what: "a draft that came second overwrites nothing",
    file: `${SERVER}/scripts/pages/editor/saving.ts`,
    find: "      draftRevision,\n",
    replace: "",
    tests: [EDITOR_TESTS, "of saves at the same time one counts"],
  },
  {
    wall: "rest",
    what: "a draft that only has the revision of another one is not taken for it",
    file: `${SERVER}/scripts/pages/editor/saving.ts`,
    find: "  if (isSameDraft(base, expected)) return;",
    replace: "  if (base) return;",
    tests: [EDITOR_TESTS, "overwrites nothing"],
  },
  {
    wall: "rest",
    what: "a draft is asked by those who may run scripts",
    file: `${SERVER}/endpoints/trial.ts`,
    find: '      requirePermission(caller, "scripts.execute");\n',
    replace: "",
    tests: [TRIAL_TESTS, "none by who may not run it"],
  },
];
