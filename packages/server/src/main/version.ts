import { readFileSync } from "node:fs";
import { z } from "zod";

const packageJson = z.object({ version: z.string() });

/** The version of the package `skerry`, as its package.json says. */
export const SKERRY_VERSION = packageJson.parse(
  JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")),
).version;
