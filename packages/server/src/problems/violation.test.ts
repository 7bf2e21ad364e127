import { sql } from "kysely";
import { expect, test } from "vitest";
import { createTestDatabase } from "../../test/database.ts";
import { SkerryError } from "./errors.ts";
import { isOfDeletedTenant, violates } from "./violation.ts";

test("what is written for a tenant that is not there is told from every other violation", async () => {
  await using test = await createTestDatabase();
  const { kysely } = test.database;
  const write = (tenant: string): Promise<unknown> =>
    sql`insert into skerry.secrets (tenant_id) values (${tenant})`
      .execute(kysely)
      .catch((error: unknown) => error);
  await sql`insert into skerry.tenants (id, name) values ('acme', 'Acme')`.execute(kysely);

  const again = await sql`insert into skerry.tenants (id, name) values ('acme', 'Acme')`
    .execute(kysely)
    .catch((error: unknown) => error);
  expect(violates(again, "tenants_pkey")).toBe(true);
  expect(isOfDeletedTenant(again)).toBe(false);
  expect(isOfDeletedTenant(await write("acme"))).toBe(false);

  const gone = await sql`insert into skerry.usage_days (tenant_id, day, kind) values ('gone', now(), 'x')`
    .execute(kysely)
    .catch((error: unknown) => error);
  expect(isOfDeletedTenant(gone)).toBe(true);
  expect(isOfDeletedTenant(new SkerryError("TENANT_NOT_FOUND", "There is no tenant gone."))).toBe(true);
  expect(isOfDeletedTenant(new SkerryError("SCRIPT_NOT_FOUND", "There is no script x."))).toBe(false);
  expect(isOfDeletedTenant(new Error("usage_days_tenant_id_fkey"))).toBe(false);
});
