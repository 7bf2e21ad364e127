import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, test } from "vitest";

const MAX_GZIP_BYTES = 8 * 1024;

test("the client in a page is smaller than 8 KiB over the wire, and needs nothing of Node", async () => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("index.ts", import.meta.url))],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "browser",
    conditions: ["@skerry/source"],
  });
  const bytes = gzipSync(outputFiles[0]?.contents ?? "").byteLength;
  expect(bytes).toBeGreaterThan(1_000);
  expect(bytes).toBeLessThan(MAX_GZIP_BYTES);
});
