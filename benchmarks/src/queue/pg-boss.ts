import { setTimeout as sleep } from "node:timers/promises";
import { PgBoss } from "pg-boss";
import { startPostgres } from "../postgres.ts";
import { type Row, rowOf } from "../report.ts";
import { spreadOf } from "../samples.ts";

const QUEUE = "nothing";
const WARM_UPS = 20;
const SINGLES = 200;
const SENT_AT_ONCE = 5_000;
const DRAINED = 10_000;
const BATCH = 16;

/**
 * The queue that DESIGN began with, bare, on a PostgreSQL of the same settings: woken by NOTIFY, 16 jobs at a time, and
 * without what ours adds (places for each tenant, fairness, order by key).
 */
export async function measurePgBoss(): Promise<Row[]> {
  await using postgres = await startPostgres();
  const boss = new PgBoss({ connectionString: postgres.url, useListenNotify: true });
  boss.on("error", (error) => process.stderr.write(`pg-boss: ${error.message}\n`));
  await boss.start();
  try {
    await boss.createQueue(QUEUE, { notify: true });
    const work = { started: 0 };
    let onStart: (() => void) | undefined;
    await boss.work(QUEUE, { batchSize: BATCH, burstWhenBatchFull: true }, (jobs) => {
      work.started += jobs.length;
      onStart?.();
      return Promise.resolve();
    });

    const samples: number[] = [];
    for (let index = 0; index < WARM_UPS + SINGLES; index++) {
      const start = new Promise<number>((resolve) => (onStart = () => resolve(performance.now())));
      await boss.send(QUEUE, {});
      const acceptedAt = performance.now();
      samples.push(Math.max(0, (await start) - acceptedAt));
      await sleep(2);
    }
    onStart = undefined;

    const sendingAt = performance.now();
    const jobs = Array.from({ length: SENT_AT_ONCE }, () => ({ data: {} }));
    for (let sent = 0; sent < DRAINED; sent += SENT_AT_ONCE) await boss.insert(QUEUE, jobs);
    const sendRate = (DRAINED * 1_000) / (performance.now() - sendingAt);
    const before = work.started;
    const drainingAt = performance.now();
    const left = DRAINED - (before - WARM_UPS - SINGLES);
    while (work.started < DRAINED + WARM_UPS + SINGLES) await sleep(10);
    const doneRate = (left * 1_000) / (performance.now() - drainingAt);
    return [
      rowOf("peer: pg-boss, accepted to handler started, idle", spreadOf(samples.slice(WARM_UPS)), "ms"),
      { what: `peer: pg-boss, jobs sent, ${SENT_AT_ONCE} at once`, value: sendRate, unit: "/s" },
      { what: `peer: pg-boss, jobs done, ${BATCH} at a time, no work`, value: doneRate, unit: "/s" },
    ];
  } finally {
    await boss.stop({ graceful: false });
  }
}
