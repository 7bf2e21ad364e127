import { pino } from "pino";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createTestDatabase } from "../../test/database.ts";
import type { TestDatabase } from "../../test/database.ts";
import { SkerryError } from "../problems/errors.ts";
import { createRetention, reckonPauseMs } from "./retention.ts";

const TICK_MS = 10 * 60_000;
const logger = pino({ level: "silent" });

let made: TestDatabase;

beforeAll(async () => {
  made = await createTestDatabase();
  await made.database.kysely
    .insertInto("tenants")
    .values(["acme", "globex", "hooli"].map((id) => ({ id, name: id })))
    .execute();
});
afterAll(() => made[Symbol.asyncDispose]());

test("a tenant that was deleted since the round began ends it for nobody else", async () => {
  const cleaned: string[] = [];
  await using retention = createRetention({
    database: made.database,
    logger,
    retentionDaysOf: (tenantId) =>
      tenantId === "globex"
        ? Promise.reject(new SkerryError("TENANT_NOT_FOUND", "There is no tenant globex."))
        : Promise.resolve(1),
    removers: [
      (_queries, tenantId) => {
        cleaned.push(tenantId);
        return Promise.resolve(1);
      },
    ],
  });
  expect(await retention.cleanUp()).toBe(2);
  expect(cleaned.toSorted()).toEqual(["acme", "hooli"]);
});

test.for([
  { what: "in proportion to the work of a quick database", rows: 1_000, tookMs: 8, pauseMs: 24 },
  { what: "no longer than a slow one can bear to fall behind", rows: 1_000, tookMs: 400, pauseMs: 100 },
  { what: "not where nothing was removed", rows: 0, tookMs: 5, pauseMs: 0 },
])("it pauses $what", ({ rows, tookMs, pauseMs }) => {
  expect(reckonPauseMs(rows, tookMs)).toBeCloseTo(pauseMs);
});

test("while a round runs no other one is begun or queued, and after it the next tick begins one", async () => {
  const reached = Promise.withResolvers<undefined>();
  const released = Promise.withResolvers<number>();
  let rounds = 0;
  const database = {
    ...made.database,
    get kysely() {
      rounds += 1;
      return made.database.kysely;
    },
  };
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  try {
    await using retention = createRetention({
      database,
      logger,
      retentionDaysOf() {
        reached.resolve(undefined);
        return released.promise;
      },
    });
    vi.advanceTimersByTime(TICK_MS);
    await reached.promise;
    vi.advanceTimersByTime(3 * TICK_MS);
    released.resolve(1);
    await vi.waitFor(() => {
      vi.advanceTimersByTime(TICK_MS);
      expect(rounds).toBe(2);
    });
    // Waits for rounds that are queued as well.
    await retention[Symbol.asyncDispose]();
    expect(rounds).toBe(2);
  } finally {
    vi.useRealTimers();
  }
});
