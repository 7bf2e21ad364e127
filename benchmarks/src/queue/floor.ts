import type { Database } from "skerry/jobs";
import { type Spread, timeEach } from "../samples.ts";

const BATCH = 16;
const ROUNDS = 60;
const SINGLES = 200;

/** What PostgreSQL takes for the least that a queue has to write: a row in, taken, and out, each time committed. */
export interface Floor {
  /** Rows per second, 16 at a time by one connection. */
  readonly perSecond: number;
  /** Of one row. */
  readonly single: Spread;
}

export async function measureFloor({ pool }: Database): Promise<Floor> {
  await pool.query(
    "create table bare_jobs (id bigserial primary key, payload json, taken boolean default false)",
  );
  const turn = async (count: number): Promise<void> => {
    await pool.query("insert into bare_jobs (payload) select '{}' from generate_series(1, $1)", [count]);
    const { rows } = await pool.query<{ id: number }>(
      `update bare_jobs set taken = true where id in (
         select id from bare_jobs where not taken order by id limit $1 for update skip locked) returning id`,
      [count],
    );
    await pool.query("delete from bare_jobs where id = any ($1)", [rows.map(({ id }) => id)]);
  };
  await timeEach(ROUNDS / 4, () => turn(BATCH));
  const start = performance.now();
  for (let round = 0; round < ROUNDS; round++) await turn(BATCH);
  const perSecond = (ROUNDS * BATCH * 1_000) / (performance.now() - start);
  return { perSecond, single: await timeEach(SINGLES, () => turn(1)) };
}
