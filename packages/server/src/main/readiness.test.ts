import { expect, test } from "vitest";
import { createTestDatabase } from "../../test/database.ts";
import { checkDatabase } from "./readiness.ts";

test("a database is ready while it answers, and not after", async () => {
  await using connection = await createTestDatabase();
  expect(await checkDatabase(connection.database)).toBe(true);
  await connection.database.close();
  expect(await checkDatabase(connection.database)).toBe(false);
});
