import { readFile } from "node:fs/promises";
import type { Plugin } from "esbuild";

/** What scripts find of ECMAScript; there is no DOM, no web worker and no Windows host in them. */
const KEPT_LIBRARY = /^lib\.(?:es5|es20\d\d|decorators)\b(?!.*\.full\.d\.ts$)/;

/** An import for the sake of what a module does. */
const BARE_IMPORT = /^import '[^']+';\n/gm;

/**
 * Leaves out of Monaco what editors of scripts do not need: the declarations of browsers in its TypeScript, which are
 * 2.6 MB, and the features that its services for languages would bring all of, beside those that are asked for.
 */
export const trimMonaco: Plugin = {
  name: "trim-monaco",
  setup(build) {
    build.onLoad({ filter: /typescript[\\/]lib[\\/]lib\.js$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const { libFileMap } = (await import(`data:text/javascript,${encodeURIComponent(source)}`)) as {
        libFileMap: Readonly<Record<string, string>>;
      };
      const kept = Object.entries(libFileMap).filter(([name]) => KEPT_LIBRARY.test(name));
      return { contents: `export const libFileMap = ${JSON.stringify(Object.fromEntries(kept))};` };
    });
    build.onLoad({ filter: /vs[\\/]internal[\\/]common[\\/]workers\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8")).replaceAll(BARE_IMPORT, ""),
    }));
  },
};
