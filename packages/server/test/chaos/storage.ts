import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { HistoryRow } from "./evidence.ts";

/** What the platform still has to do. */
export interface Rest {
  readonly jobs: number;
  readonly events: number;
  readonly executions: number;
}

const POLL_MS = 250;

/** Reads the platform's own tables: to know when to stop waiting, and for what cannot be seen from outside. */
export async function connectStorage(url: string) {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();

  async function readRest(): Promise<Rest> {
    const { rows } = await client.query<Rest>(`
      select (select count(*) from skerry.jobs)::integer as jobs,
        (select count(*) from skerry.events where is_waiting)::integer as events,
        (select count(*) from skerry.executions where completed_at is null)::integer as executions`);
    return rows[0] as Rest;
  }

  return {
    /** Waits until there is nothing left to do. @returns what is left when the time is over. */
    async drain(mostMs: number): Promise<Rest> {
      const deadline = Date.now() + mostMs;
      for (;;) {
        const rest = await readRest();
        const isIdle = rest.jobs + rest.events + rest.executions === 0;
        if (isIdle || Date.now() > deadline) return rest;
        await sleep(POLL_MS);
      }
    },
    async readHistory(): Promise<ReadonlyMap<string, HistoryRow>> {
      const { rows } = await client.query<HistoryRow>(
        `select id, job_id as "jobId", status from skerry.executions`,
      );
      return new Map(rows.map((row) => [row.id, row]));
    },
    async countDeadLetters(): Promise<number> {
      const { rows } = await client.query<{ count: number }>(
        "select count(*)::integer as count from skerry.dead_letters",
      );
      return rows[0]?.count ?? 0;
    },
    async [Symbol.asyncDispose]() {
      await client.end();
    },
  };
}
