import { rm } from "node:fs/promises";
import { pino } from "pino";
import { expect, onTestFinished, test } from "vitest";
import { makeDataDir } from "../../test/data-dir.ts";
import { createTestDatabase } from "../../test/database.ts";
import { OPERATOR_KEY } from "../../test/platform.ts";
import { readConfig } from "../config.ts";
import { checkDatabase } from "./readiness.ts";
import { startServer } from "./server.ts";

test("a database is ready while it answers, and not after", async () => {
  await using connection = await createTestDatabase();
  expect(await checkDatabase(connection.database)).toBe(true);
  await connection.database.close();
  expect(await checkDatabase(connection.database)).toBe(false);
});

test("a node is not ready before it is prepared, and stops where that fails", async () => {
  await using connection = await createTestDatabase();
  const dataDir = makeDataDir();
  onTestFinished(() => rm(dataDir, { recursive: true }));
  const config = readConfig({
    PORT: "0",
    DATABASE_URL: connection.url,
    SKERRY_DATA_DIR: dataDir,
    SKERRY_ADMIN_KEY: OPERATOR_KEY,
    SKERRY_RUNNERS_MAX: "1",
    SKERRY_RUNNERS_SPARE: "0",
    SKERRY_DRAIN_MS: "0",
  });
  const logger = pino({ level: "silent" });
  const probe = async (url: string, path: string) => {
    const answer = await fetch(url + path, { headers: { connection: "close" } });
    return [answer.status, ((await answer.json()) as { status: string }).status];
  };
  let failed = "";
  const failing = startServer(config, logger, {
    prepare: async ({ url }) => {
      expect(await probe(url, "/ready")).toEqual([503, "starting"]);
      expect(await probe(url, "/health")).toEqual([200, "ok"]);
      failed = url;
      throw new Error("not to be prepared");
    },
  });
  await expect(failing).rejects.toThrow("not to be prepared");
  await expect(fetch(`${failed}/health`)).rejects.toThrow("fetch failed");

  await using server = await startServer(config, logger, { prepare: () => Promise.resolve() });
  expect(await probe(server.url, "/ready")).toEqual([200, "ready"]);
});
