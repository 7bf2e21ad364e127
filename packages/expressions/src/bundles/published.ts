import { readFile } from "node:fs/promises";

let bundle: Promise<string> | undefined;

/** The expression runtime as one classic script, as `npm run build` wrote it beside this file. */
export function expressionRuntimeBundle(): Promise<string> {
  bundle ??= readFile(new URL("./runtime.js", import.meta.url), "utf8");
  return bundle;
}
