import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const GUEST_ENTRY = fileURLToPath(new URL("../runtime/guest/index.ts", import.meta.url));

let bundle: Promise<string> | undefined;

/**
 * The expression runtime as one classic script, built from its sources on first use and kept for the life of the
 * process. The published package reads the same script from a file: see `published.ts`.
 */
export function expressionRuntimeBundle(): Promise<string> {
  bundle ??= buildRuntimeBundle();
  return bundle;
}

async function buildRuntimeBundle(): Promise<string> {
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
