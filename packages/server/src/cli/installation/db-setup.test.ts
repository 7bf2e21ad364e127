import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { expect, inject, onTestFinished, test } from "vitest";
import { createHostDatabase, EXPOSED_TABLES, HOST_TABLES } from "../../../test/script-tables.ts";
import { runSkerry } from "../../../test/skerry-process.ts";
import { keepExposedTables } from "../../capabilities/db/setup/exposed-tables.ts";
import type { Diagnosis } from "../doctor/doctor.ts";

test("db setup prints what is missing or does it as an administrator, and doctor finds it right", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "skerry-db-setup-"));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  await using host = await createHostDatabase();
  const administratorUrl = Object.assign(new URL(inject("postgres").administratorUrl), {
    pathname: new URL(host.url).pathname,
  }).href;
  const administrator = new pg.Client(administratorUrl);
  await administrator.connect();
  await administrator.query(HOST_TABLES);
  await administrator.end();
  await keepExposedTables(host.database, EXPOSED_TABLES);
  const env = { DATABASE_URL: host.url, SKERRY_DATA_DIR: dataDir };

  const printed = await runSkerry(["db", "setup", "--print"], { env });
  expect(printed).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^begin;\ncreate role/) });
  expect(printed.stdout).toContain('alter table "public"."orders" force row level security;');
  expect(await runSkerry(["db", "setup"], { env })).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("TABLE_SETUP_NEEDED"),
  });
  expect(await runSkerry(["db", "setup", `--as=${administratorUrl}`], { env })).toMatchObject({
    exitCode: 0,
    stdout: "Tables that scripts can use: 2.\n",
  });
  expect((await runSkerry(["db", "setup", "--print"], { env })).stdout).toBe("begin;\ncommit;\n");

  const { stdout } = await runSkerry(["doctor", "--json"], { env });
  expect((JSON.parse(stdout) as Diagnosis).tables.findings.map(({ level }) => level)).toEqual(["warning"]);
  expect(await runSkerry(["db", "drop"], { env })).toMatchObject({ exitCode: 2 });
}, 120_000);
