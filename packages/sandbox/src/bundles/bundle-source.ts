import { fileURLToPath } from "node:url";
import { type BuildOptions, build } from "esbuild";

/**
 * Bundles one source file and all that it imports.
 *
 * @param entry Path of the file, from this folder.
 */
export async function bundleSource(
  entry: string,
  options: Pick<BuildOptions, "platform" | "format" | "globalName" | "plugins">,
): Promise<string> {
  const result = await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    bundle: true,
    write: false,
    minify: true,
    target: "es2024",
    conditions: ["@skerry/source"],
    logLevel: "silent",
    ...options,
  });
  return result.outputFiles[0]?.text ?? "";
}
