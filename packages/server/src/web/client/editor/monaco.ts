/** What of Monaco is used, and how it is set up. */
import * as monaco from "monaco-editor/editor";
import "monaco-editor/languages/definitions/javascript/register";
import "monaco-editor/languages/definitions/typescript/register";
import "monaco-editor/languages/features/json/register";
import {
  javascriptDefaults,
  ModuleKind,
  ScriptTarget,
  typescriptDefaults,
} from "monaco-editor/languages/features/typescript/register";
import "./features.ts";
import { registerExpressions } from "./expression-language.ts";
import { followTheme } from "./theme.ts";

const WORKERS: Readonly<Record<string, string>> = {
  javascript: "script-worker.js",
  typescript: "script-worker.js",
  json: "json-worker.js",
};

/** Scripts have ECMAScript and what the declarations of `ctx` add to it: no `window`, `process` or `require`. */
const COMPILER_OPTIONS = {
  target: ScriptTarget.ESNext,
  module: ModuleKind.ESNext,
  lib: ["es2024"],
  allowNonTsExtensions: true,
  allowJs: true,
  checkJs: true,
  strict: true,
  noImplicitAny: false,
  noEmit: true,
  // Each script is a module, also one that has no import yet.
  moduleDetection: 3,
};

/** Starts what all editors of the page share. */
export function startMonaco(): void {
  self.MonacoEnvironment = {
    getWorker: (_id, language) =>
      new Worker(new URL(`./${WORKERS[language] ?? "text-worker.js"}`, import.meta.url), { type: "module" }),
  };
  for (const defaults of [javascriptDefaults, typescriptDefaults]) {
    defaults.setCompilerOptions(COMPILER_OPTIONS);
    defaults.setEagerModelSync(true);
    defaults.setDiagnosticsOptions({ noSuggestionDiagnostics: true });
  }
  // What was measured before its font came is as wide as another one.
  document.fonts.addEventListener("loadingdone", () => monaco.editor.remeasureFonts());
  registerExpressions();
  followTheme();
}

/**
 * Tells the compiler what scripts find.
 *
 * @param declarations A file of declarations.
 * @param handler The type in it that the function of a script has to be.
 */
export function declareTypes(declarations: string, handler: string): void {
  const libraries = [
    { filePath: "file:///skerry.d.ts", content: declarations },
    { filePath: "file:///handler.d.ts", content: `type ScriptHandler = ${handler};` },
  ];
  for (const defaults of [javascriptDefaults, typescriptDefaults]) defaults.setExtraLibs(libraries);
}

export { monaco };
