import { readFile } from "node:fs/promises";

let bundle: Promise<string> | undefined;

/** The guest runtime as one classic script, as `npm run build` wrote it beside this file. */
export function guestBundle(): Promise<string> {
  bundle ??= readFile(new URL("./guest.js", import.meta.url), "utf8");
  return bundle;
}
