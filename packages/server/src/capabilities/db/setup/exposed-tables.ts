import type { JsonObject } from "@skerry/sandbox";
import type { Database } from "../../../db/open.ts";
import type { ExposedTable } from "../exposed-table.ts";

/** The tables that the host declared when a node last started, for commands that do not run the host's code. */
export async function readExposedTables(database: Database): Promise<readonly ExposedTable[]> {
  const rows = await database.kysely
    .selectFrom("exposed_tables")
    .select("definition")
    .orderBy("table_name")
    .execute();
  return rows.map(({ definition }) => definition as unknown as ExposedTable);
}

/** Keeps these tables in place of what was kept before. */
export async function keepExposedTables(database: Database, tables: readonly ExposedTable[]): Promise<void> {
  await database.kysely.transaction().execute(async (queries) => {
    await queries.deleteFrom("exposed_tables").execute();
    if (tables.length === 0) return;
    const rows = tables.map((table) => ({
      schema_name: table.schema,
      table_name: table.name,
      definition: JSON.stringify(table satisfies ExposedTable as unknown as JsonObject),
    }));
    await queries.insertInto("exposed_tables").values(rows).execute();
  });
}
