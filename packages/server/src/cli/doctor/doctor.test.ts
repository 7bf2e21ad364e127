import { expect, test } from "vitest";
import { runSkerry } from "../../../test/skerry-process.ts";
import type { Diagnosis } from "./doctor.ts";

const SECRETS = {
  SKERRY_ADMIN_KEY: "operator-key-0123456789",
  DATABASE_URL: "postgres://app:hunter2@db.example/app",
};

test("doctor --json tells walls, database and settings, without a secret", async () => {
  const { exitCode, stdout } = await runSkerry(["doctor", "--json"], { env: SECRETS });
  const diagnosis = JSON.parse(stdout) as Diagnosis;
  expect(diagnosis.isolation.walls.every(({ detail }) => detail.length > 0)).toBe(true);
  expect(diagnosis.node).toBe(process.version);
  expect(diagnosis.config.map(({ name }) => name)).toContain("SKERRY_ISOLATION");
  expect(stdout).not.toMatch(/operator-key|hunter2/);
  expect(exitCode).toBe(diagnosis.isolation.level === "full" ? 0 : 1);
});

test("doctor finds the embedded database", async () => {
  const { stdout } = await runSkerry(["doctor", "--json"]);
  expect((JSON.parse(stdout) as Diagnosis).database).toMatchObject({ usable: true });
});

test("doctor exits 1 and says so when isolation is switched off", async () => {
  const { exitCode, stdout } = await runSkerry(["doctor"], { env: { SKERRY_ISOLATION: "none" } });
  expect(exitCode).toBe(1);
  expect(stdout).toContain("Isolation: none");
});

test("wrong settings exit 2 and are named", async () => {
  const { exitCode, stderr } = await runSkerry(["doctor"], { env: { PORT: "http" } });
  expect(exitCode).toBe(2);
  expect(stderr).toContain("PORT=http");
});
