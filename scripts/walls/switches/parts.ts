import type { WallSwitch } from "../wall-switch.ts";

const PARTS = "packages/server/src/web/parts";
const TESTS = `${PARTS}/parts.test.tsx`;

/** The components of pages: what came from outside stays text, and what is deleted is named as a whole. */
export const PART_SWITCHES: readonly WallSwitch[] = [
  {
    wall: "rest",
    what: "the data of a chart cannot end the element that they stand in",
    file: `${PARTS}/time-chart.tsx`,
    find: '.replaceAll("<", String.raw`\\u003c`)',
    replace: "",
    tests: [TESTS, "what came from outside stays text > in a chart"],
  },
  {
    wall: "rest",
    what: "what is typed to confirm is compared as a text and not as a pattern",
    file: `${PARTS}/confirm-button.tsx`,
    find: "pattern={escapePattern(text)}",
    replace: "pattern={text}",
    tests: [TESTS, "the typed text has to be exactly"],
  },
];
