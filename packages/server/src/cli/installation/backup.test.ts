import { expect, test } from "vitest";
import { runSkerry } from "../../../test/skerry-process.ts";

test.for([
  [["backup"], {}, 2, "name one file"],
  [["restore", "a", "b"], {}, 2, "name one file"],
  [["backup", "a"], { DATABASE_URL: "postgres://app@db.example/app" }, 2, "pg_dump"],
  [["backup", "a"], { SKERRY_DATA_DIR: "/nonexistent" }, 1, "BACKUP_EMPTY"],
] as const)("%s with %o", async ([args, env, code, message]) => {
  const { exitCode, stderr } = await runSkerry(args, { env });
  expect([exitCode, stderr]).toEqual([code, expect.stringContaining(message)]);
});
