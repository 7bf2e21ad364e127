import type { WallSwitch } from "../wall-switch.ts";

const COMPILE = "packages/server/src/scripts/compile.ts";
const IMPORT_TESTS = "packages/server/src/scripts/imports.test.ts";
const SCRIPTS = "packages/server/src/scripts";
const COMPILE_TURNS = `${SCRIPTS}/compile-turns.ts`;
const MODULES = "packages/server/src/modules";
const LINKER = `${MODULES}/linker.ts`;
const PACKAGES = `${MODULES}/packages.ts`;
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
    find: "plugins: [linker.plugin],",
    replace: "",
    tests: [IMPORT_TESTS, "refuses to import"],
  },
  {
    wall: "compile",
    what: "the compiler searches no folder for a pattern that a source imports",
    file: COMPILE,
    find: "  await refuseSearches(script);\n",
    replace: "",
    tests: [IMPORT_TESTS, "searches no folder"],
  },
  {
    wall: "compile",
    what: "what the compiler found by itself is not opened",
    file: LINKER,
    find: "build.onLoad({ filter: /.*/ }, ({ path }) =>",
    replace: "build.onLoad({ filter: /^$/ }, ({ path }) =>",
    tests: [`${MODULES}/linker.test.ts`, "opens no file"],
  },
  {
    wall: "compile",
    what: "modules are imported plainly or not at all",
    file: LINKER,
    find: "if (!isPlainImport(wanted)) return",
    replace: "if (!isPlainImport(wanted) && false) return",
    tests: [IMPORT_TESTS, "refuses to import a package with attributes"],
  },
  {
    wall: "compile",
    what: "libraries form no circles",
    file: COMPILE,
    find: ".finally(() => linker.refuseCycle())",
    replace: "",
    tests: [IMPORT_TESTS, "is refused with a circle"],
  },
  {
    wall: "compile",
    what: "a package is the version that was vetted",
    file: PACKAGES,
    find: "if (found === undefined || installed !== version) {",
    replace: "if (found === undefined) {",
    tests: [`${MODULES}/packages.test.ts`, "refuses another version"],
  },
  {
    wall: "compile",
    what: "a package that would use Node.js where it can is refused",
    file: PACKAGES,
    find: "if (outside !== undefined) throw",
    replace: "if (outside === null) throw",
    tests: [`${MODULES}/packages.test.ts`, "refuses what would like Node.js"],
  },
  {
    wall: "compile",
    what: "what a version brings along counts as stored",
    file: "packages/server/src/db/migrations/0019-modules.ts",
    find: "perform skerry.add_stored_bytes(new.tenant_id, new.bytes);",
    replace: "perform skerry.add_stored_bytes(new.tenant_id, 0);",
    tests: [`${MODULES}/modules.test.ts`, "counts as stored"],
  },
  {
    wall: "compile",
    what: "libraries are not run",
    file: "packages/server/src/executions/service.ts",
    find: 'if (type === "library") {',
    replace: "if (false) {",
    tests: [`${MODULES}/modules.test.ts`, "is neither run nor called"],
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
    what: "tenants take turns at the compiler",
    file: COMPILE_TURNS,
    find: "    lines.delete(tenantId);\n",
    replace: "    if (line.length === 0) lines.delete(tenantId);\n",
    tests: [`${SCRIPTS}/compile-turns.test.ts`, "hold up another's by one of them"],
  },
  {
    wall: "compile",
    what: "a tenant has no more sources at the compiler than it may",
    file: COMPILE_TURNS,
    find: ">= MAX_PLACES) throw refuseMore(tenantId);",
    replace: ">= MAX_PLACES * 2) throw refuseMore(tenantId);",
    tests: [`${SCRIPTS}/compile-turns.test.ts`, "told to come again"],
  },
  {
    wall: "compile",
    what: "what a tenant saves is compiled in its turn",
    file: `${MODULES}/compiler.ts`,
    find: "{ fileName, source, language, libraryName, tenantId },",
    replace: "{ fileName, source, language, libraryName },",
    tests: [`${MODULES}/compiler.test.ts`, "is refused one more"],
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
