import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readConfig } from "../config.ts";
import { ensureMasterKeys } from "./master-key.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "master-key-"));
});

afterEach(() => rm(folder, { recursive: true }));

function configWith(env: Readonly<Record<string, string>> = {}) {
  return readConfig({ SKERRY_DATA_DIR: join(folder, "data"), ...env });
}

describe("ensureMasterKeys", () => {
  test("makes a key once, for this user's eyes alone, also when two processes start at once", async () => {
    const made = await Promise.all([1, 2, 3].map(() => ensureMasterKeys(configWith())));
    const again = await ensureMasterKeys(configWith());
    for (const keys of made) expect(keys.current).toEqual(again.current);
    const file = join(folder, "data", "master.key");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, "utf8")).toContain(again.current.bytes.toString("base64"));
  });

  test("takes the configured keys and leaves the folder alone", async () => {
    const key = Buffer.alloc(32, 7).toString("base64");
    const keys = await ensureMasterKeys(configWith({ SKERRY_MASTER_KEY: `new:${key},old:${key}` }));
    expect(keys.current.id).toBe("new");
    await expect(stat(join(folder, "data"))).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("never makes another key in place of one that it cannot read", async () => {
    const file = join(folder, "data", "master.key");
    await ensureMasterKeys(configWith());
    await writeFile(file, "");
    await expect(ensureMasterKeys(configWith())).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      message: expect.stringContaining(file),
    });
    expect(await readFile(file, "utf8")).toBe("");
  });
});
