import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { listConfig, readConfig } from "./config.ts";
import { StartError } from "./main/errors.ts";

function catchError(action: () => unknown): StartError {
  try {
    action();
  } catch (error) {
    if (error instanceof StartError) return error;
  }
  throw new Error("no StartError was thrown");
}

describe("readConfig", () => {
  test("fills in every default", () => {
    expect(readConfig({})).toEqual({
      port: 3000,
      host: "127.0.0.1",
      databaseUrl: undefined,
      dataDir: resolve(".skerry"),
      operatorKey: undefined,
      isolation: "full",
      maxRunners: undefined,
      spareRunners: undefined,
      logLevel: "info",
    });
  });

  test("takes numbers as text and an empty variable as unset", () => {
    const config = readConfig({ PORT: "0", SKERRY_RUNNERS_MAX: "8", HOST: "", DATABASE_URL: "" });
    expect(config).toMatchObject({ port: 0, maxRunners: 8, host: "127.0.0.1", databaseUrl: undefined });
  });

  test("names every wrong variable at once, with its value and its rule", () => {
    const env = {
      PORT: "http",
      SKERRY_ISOLATION: "medium",
      SKERRY_RUNNERS_MAX: "0",
      DATABASE_URL: "mysql://db",
    };
    const { code, message } = catchError(() => readConfig(env));
    expect(code).toBe("CONFIG_INVALID");
    expect(
      message
        .split("\n")
        .slice(1)
        .map((line) => line.trim().split(":")[0]),
    ).toEqual(["PORT=http", "DATABASE_URL=mysql", "SKERRY_ISOLATION=medium", "SKERRY_RUNNERS_MAX=0"]);
  });

  test("never repeats a secret in an error", () => {
    const env = { SKERRY_ADMIN_KEY: "short-secret\n", DATABASE_URL: "mysql://app:hunter2@db/app" };
    expect(catchError(() => readConfig(env)).message).not.toMatch(/short-secret|hunter2/);
  });
});

describe("listConfig", () => {
  test("masks the operator key and both places a database password can stand", () => {
    const rows = listConfig({
      SKERRY_ADMIN_KEY: "operator-key-0123456789",
      DATABASE_URL: "postgres://app:hunter2@db/app?password=hunter3",
    });
    expect(JSON.stringify(rows)).not.toMatch(/operator-key|hunter/);
    expect(rows.find(({ name }) => name === "DATABASE_URL")).toMatchObject({ source: "environment" });
    expect(rows.find(({ name }) => name === "PORT")).toMatchObject({ value: "3000", source: "default" });
  });

  test("documents every variable", () => {
    expect(listConfig({}).every(({ help }) => help.length > 10)).toBe(true);
  });
});
