import type { WallSwitch } from "../wall-switch.ts";

const COMPILE = "packages/server/src/scripts/compile.ts";
const COMPILE_TESTS = "packages/server/src/scripts/compile.test.ts";

/** The compiler, which runs beside the platform with its rights. */
export const COMPILE_SWITCHES: readonly WallSwitch[] = [
  {
    wall: "compile",
    what: "sources are bounded in depth",
    file: COMPILE,
    find: "  refuseDeepNesting(script);\n",
    replace: "",
    tests: [COMPILE_TESTS, "refuses brackets that nest deeper"],
  },
  {
    wall: "compile",
    what: "the compiler opens no file that a source names as its map",
    file: COMPILE,
    find: "contents: `${source}\\n${NO_SOURCE_MAP}`,",
    replace: "contents: source,",
    tests: [COMPILE_TESTS, "does not read a source map"],
  },
  {
    wall: "compile",
    what: "the compiler opens no file that a source imports",
    file: COMPILE,
    find: "plugins: [refuseImports],",
    replace: "",
    tests: [COMPILE_TESTS, "refuses to import"],
  },
  {
    wall: "compile",
    what: "the compiler ends in time",
    file: COMPILE,
    find: "const COMPILE_TIMEOUT_MS = 3_000;",
    replace: "const COMPILE_TIMEOUT_MS = 12_000;",
    tests: [COMPILE_TESTS, "arrows that take the compiler too long"],
  },
  {
    wall: "compile",
    what: "programs are strict code",
    file: COMPILE,
    find: "banner: { js: '\"use strict\";' },",
    replace: "",
    tests: [COMPILE_TESTS, "strict code"],
  },
];
