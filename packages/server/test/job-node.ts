/**
 * A node that runs jobs, for tests that kill it: `job-node.ts DATABASE_URL SLOTS`. Jobs of the kind `endless` end by
 * their signal alone, those of the kind `brief` at once. Each start is a line of JSON on stdout. SIGTERM drains.
 */
import { once } from "node:events";
import { pino } from "pino";
import { openDatabase } from "../src/db/open.ts";
import type { JobHandler } from "../src/jobs/attempt.ts";
import { createJobQueue } from "../src/jobs/queue.ts";

const [url = "", slots = "1"] = process.argv.slice(2);
await using database = await openDatabase({ url });
await using queue = await createJobQueue({
  database,
  logger: pino({ level: "silent" }),
  slots: Number(slots),
  shareOf: () => ({ concurrency: 1_000 }),
});

const start: JobHandler = ({ id, attempt }) => {
  process.stdout.write(`${JSON.stringify({ id, attempt })}\n`);
  return Promise.resolve();
};
queue.work("brief", start);
queue.work("endless", async (job, signal) => {
  await start(job, signal);
  await once(signal, "abort");
  throw signal.reason;
});
await once(process, "SIGTERM");
