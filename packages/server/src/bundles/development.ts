import { fileURLToPath } from "node:url";
import { build } from "esbuild";

export { findSourceGroup as findAssetGroup } from "../web/assets/build.ts";

const GUEST_ENTRY = fileURLToPath(new URL("../guest/index.ts", import.meta.url));

let bundle: Promise<string> | undefined;

/**
 * The guest runtime as one classic script, built from its sources on first use and kept for the life of the
 * process. The published package reads the same script from a file: see `published.ts`.
 */
export function guestBundle(): Promise<string> {
  bundle ??= buildGuestBundle();
  return bundle;
}

async function buildGuestBundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [GUEST_ENTRY],
    bundle: true,
    write: false,
    format: "iife",
    platform: "neutral",
    target: "es2024",
    minify: true,
    conditions: ["@skerry/source"],
    mainFields: ["module", "main"],
    logLevel: "silent",
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error(`esbuild made no output for ${GUEST_ENTRY}`);
  return output.text;
}
