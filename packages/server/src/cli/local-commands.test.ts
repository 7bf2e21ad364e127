import { randomBytes } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeDataDir } from "../../test/data-dir.ts";
import { runSkerry } from "../../test/skerry-process.ts";
import { readConfig } from "../config.ts";
import { openDatabase } from "../db/open.ts";
import { withPlatform } from "../db/tenant-scope.ts";
import { describeDatabase } from "../main/database.ts";
import { ensureMasterKeys } from "../main/master-key.ts";
import { saveSecret } from "../secrets/repository.ts";
import { createSecretVault } from "../secrets/vault.ts";

const OWNER = { tenantId: "acme", name: "KEY" };

let env: { readonly SKERRY_DATA_DIR: string };

beforeEach(() => {
  env = { SKERRY_DATA_DIR: makeDataDir() };
});

afterEach(() => rm(env.SKERRY_DATA_DIR, { recursive: true }));

test("audit verify and secrets rotate work beside a running server and without one", async () => {
  const config = readConfig(env);
  const keyFile = join(env.SKERRY_DATA_DIR, "master.key");
  const logger = pino({ level: "silent" });
  {
    await using database = await openDatabase(describeDatabase(config, () => {}));
    await using vault = await createSecretVault({ database, keys: await ensureMasterKeys(config), logger });
    await withPlatform(database, async (queries) => {
      await queries.insertInto("tenants").values({ id: "acme", name: "Acme" }).execute();
      await saveSecret(queries, { ...OWNER, ...vault.encrypt(OWNER, "a value") }, "test");
    });
    const newKey = `new:${randomBytes(32).toString("base64")}`;
    await writeFile(keyFile, `${newKey},${await readFile(keyFile, "utf8")}`);
    expect(await runSkerry(["secrets", "rotate"], { env })).toEqual({
      exitCode: 0,
      stdout: "Secrets encrypted anew, under the master key new: 1.\n",
      stderr: "",
    });
    await writeFile(keyFile, newKey);
    await using rotated = await createSecretVault({ database, keys: await ensureMasterKeys(config), logger });
    expect(await rotated.read(OWNER)).toBe("a value");
    const beside = await runSkerry(["audit", "verify", "--tenant=*"], { env });
    expect(beside).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("1 records"), stderr: "" });
  }

  const lost = `lost:${randomBytes(32).toString("base64")}`;
  const alone = await runSkerry(["secrets", "rotate"], { env: { ...env, SKERRY_MASTER_KEY: lost } });
  expect(alone).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('master key "new"') });
}, 120_000);
