import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as esbuild from "esbuild";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { createLinker } from "./linker.ts";

afterAll(() => esbuild.stop());

test("opens no file that the compiler finds by itself", async () => {
  const folder = await mkdtemp(join(tmpdir(), "skerry-linker-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "secret.json"), '"of this machine"');
  const building = esbuild.build({
    stdin: { contents: "export default (name) => import(`./${name}.json`);", resolveDir: folder },
    bundle: true,
    write: false,
    format: "esm",
    logLevel: "silent",
    plugins: [createLinker(new Map()).plugin],
  });
  await expect(building).rejects.toMatchObject({ errors: [{ detail: "MODULE_NOT_ALLOWED" }] });
});
