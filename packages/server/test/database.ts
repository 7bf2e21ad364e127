import { randomUUID } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";

import type { Database } from "../src/db/open.ts";
import { openDatabase } from "../src/db/open.ts";

declare module "vitest" {
  interface ProvidedContext {
    postgres: TestPostgres;
  }
}

/** The server that all test files of one run share. */
export interface TestPostgres {
  /** Of the user that owns the test databases; what a careful installation would put into DATABASE_URL. */
  readonly url: string;
  /** Of the superuser. */
  readonly administratorUrl: string;
  /** An empty database that is migrated; {@link createTestDatabase} copies it. */
  readonly template: string;
}

export interface TestDatabase extends AsyncDisposable {
  readonly database: Database;
  /** For `openDatabase` or a process under test. */
  readonly url: string;
}

/** An own, empty, migrated database on the test run's server; dropped when disposed. Takes about 50 ms. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { name, url } = await createDatabase(inject("postgres").template);
  const database = await openDatabase({ url });
  return {
    database,
    url,
    async [Symbol.asyncDispose]() {
      await database.close();
      await asAdministrator((client) => client.query(`drop database ${name} with (force)`));
    },
  };
}

/** A database without any tables; dropped when disposed. */
export async function createEmptyDatabase(): Promise<AsyncDisposable & { readonly url: string }> {
  const { name, url } = await createDatabase("template1");
  return {
    url,
    async [Symbol.asyncDispose]() {
      await asAdministrator((client) => client.query(`drop database ${name} with (force)`));
    },
  };
}

async function createDatabase(template: string): Promise<{ name: string; url: string }> {
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  await asAdministrator((client) =>
    client.query(`create database ${name} template ${template} owner skerry`),
  );
  const url = new URL(inject("postgres").url);
  url.pathname = name;
  return { name, url: url.href };
}

/** Runs `work` as the superuser of the test run's server. */
export async function asAdministrator<Result>(work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client(inject("postgres").administratorUrl);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Changes what nobody can change otherwise: as the superuser, past all triggers. */
export async function forge({ url }: Pick<TestDatabase, "url">, statements: string): Promise<void> {
  const administratorUrl = new URL(inject("postgres").administratorUrl);
  administratorUrl.pathname = new URL(url).pathname;
  const client = new pg.Client(administratorUrl.href);
  await client.connect();
  try {
    await client.query(`set session_replication_role = replica; ${statements}`);
  } finally {
    await client.end();
  }
}
