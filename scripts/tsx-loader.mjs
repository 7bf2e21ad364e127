// Lets Node import .tsx files, which its own type stripping does not take: node --import ./scripts/tsx-loader.mjs
// Costs one function call per module until the first .tsx is met; esbuild is loaded only then.
import { readFileSync } from "node:fs";
import { createRequire, registerHooks } from "node:module";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);

registerHooks({
  load(url, context, nextLoad) {
    if (!url.startsWith("file:") || !url.endsWith(".tsx")) return nextLoad(url, context);
    const file = fileURLToPath(url);
    const { code } = require("esbuild").transformSync(readFileSync(file, "utf8"), {
      loader: "tsx",
      format: "esm",
      target: "es2024",
      jsx: "automatic",
      jsxImportSource: "hono/jsx",
      sourcefile: file,
      sourcemap: "inline",
    });
    return { format: "module", source: code, shortCircuit: true };
  },
});
