import type { Pool, PoolClient } from "pg";

/** In order, each applied once. What was released is never changed: add the next one. */
const MIGRATIONS: readonly string[] = [
  // The tenant is first in every key: so no tenant can find out which ids another one has.
  `create table customers (
     tenant_id text not null,
     id int generated always as identity,
     name text not null,
     email text not null,
     primary key (tenant_id, id)
   );
   create table orders (
     tenant_id text not null,
     id int generated always as identity,
     customer_id int not null,
     sku text not null,
     quantity int not null,
     total_cents int not null,
     status text not null default 'paid',
     note text,
     created_at timestamptz not null default now(),
     primary key (tenant_id, id),
     foreign key (tenant_id, customer_id) references customers
   );
   create table stock (
     tenant_id text not null,
     sku text not null,
     pieces int not null check (pieces >= 0),
     primary key (tenant_id, sku)
   );`,
  `create table mails (
     tenant_id text not null,
     id text not null,
     address text not null,
     subject text not null,
     body text not null,
     primary key (tenant_id, id)
   );`,
];

/** Brings the product's own tables up to date. They share the database with Skerry, whose tables lie in its schema. */
export async function migrate(pool: Pool): Promise<void> {
  await inTransaction(pool, async (client) => {
    await client.query("create table if not exists migrations (number int primary key)");
    await client.query("lock table migrations");
    const { rows } = await client.query<{ applied: number }>(
      "select coalesce(max(number), 0) as applied from migrations",
    );
    for (let number = (rows[0]?.applied ?? 0) + 1; number <= MIGRATIONS.length; number++) {
      await client.query(MIGRATIONS[number - 1] ?? "");
      await client.query("insert into migrations values ($1)", [number]);
    }
  });
}

/** Keeps all that `work` does, or nothing when it rejects. */
export async function inTransaction<Result>(
  pool: Pool,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    const result = await work(client);
    await client.query("commit");
    return result;
  } catch (error) {
    await client.query("rollback");
    throw error;
  } finally {
    client.release();
  }
}
