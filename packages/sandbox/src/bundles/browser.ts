/** The bridges as files for browsers. Needs esbuild, so it is part of the build and of tests only. */
import type { Plugin } from "esbuild";
import { bundleSource } from "./bundle-source.ts";
import { bridgeKernelBundle, quickJsWasm, webWorkerFrame } from "./development.ts";

/** A script to be loaded by itself, or a module to be imported. */
export type BrowserFormat = "iife" | "esm";

/** Name of the global that an IIFE bundle makes. */
const GLOBAL_NAME = "Skerry";

/** Texts that a file asks `#bundles` for, by the name of the function that gives each. */
export type Texts = Readonly<Record<string, string>>;

/**
 * Bundles a file for browsers, with everything in it that its bridge needs: nothing is fetched at run time.
 *
 * @param entry Path of the file, from this folder.
 * @param texts What layers above have in bundles of their own.
 */
export async function bundleForBrowser(
  entry: string,
  format: BrowserFormat,
  texts: Texts = {},
): Promise<string> {
  return bundleSource(entry, {
    platform: "browser",
    format,
    plugins: [inlineBundles(texts)],
    ...(format === "iife" && { globalName: GLOBAL_NAME }),
  });
}

/** Puts what `#bundles` gives into the bundle itself. What an entry does not use is left out. */
function inlineBundles(texts: Texts): Plugin {
  return {
    name: "inline-bundles",
    setup(build) {
      build.onResolve({ filter: /^#bundles$/ }, () => ({
        path: "bundles",
        namespace: "inline",
        sideEffects: false,
      }));
      build.onResolve({ filter: /^inline:/ }, ({ path }) => ({
        path,
        namespace: "inline",
        sideEffects: false,
      }));
      build.onLoad({ filter: /.*/, namespace: "inline" }, async ({ path }) => {
        switch (path) {
          case "inline:kernel":
            return { contents: await bridgeKernelBundle(), loader: "text" };
          case "inline:frame":
            return { contents: await webWorkerFrame(), loader: "text" };
          case "inline:quickjs":
            return { contents: await quickJsWasm(), loader: "binary" };
          default:
            return { contents: INLINED + writeTexts(texts), loader: "js" };
        }
      });
    },
  };
}

const INLINED = `
import kernel from "inline:kernel";
import frame from "inline:frame";
import quickJs from "inline:quickjs";
export const bridgeKernelBundle = async () => kernel;
export const webWorkerFrame = async () => frame;
export const quickJsWasm = async () => quickJs;
`;

function writeTexts(texts: Texts): string {
  return Object.entries(texts)
    .map(([name, text]) => `export const ${name} = async () => ${JSON.stringify(text)};\n`)
    .join("");
}
