import pg from "pg";
import { SCHEDULE, SUBSCRIBER } from "./workload.ts";

/** An execution as the history has it. */
export interface ExecutionRow {
  readonly id: string;
  readonly script: string;
  readonly status: string;
  readonly attempt: number;
  readonly eventId: string | null;
  readonly output: unknown;
  readonly code: string | null;
}

/** Reads what the platform kept of all executions. */
export async function readExecutions(databaseUrl: string): Promise<readonly ExecutionRow[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<ExecutionRow>(`
      select e.id, s.name as script, e.status, e.attempt, e.event_id as "eventId", e.output, e.error->>'code' as code
      from skerry.executions e join skerry.scripts s using (tenant_id) where s.id = e.script_id`);
    return rows;
  } finally {
    await client.end();
  }
}

const SECOND_MS = 1_000;

/**
 * Says what a restart did to executions: those that did not complete at their first attempt, events that did not run
 * once each, and seconds that did not tick once each. Nothing, where all is well.
 */
export function judgeExecutions(
  rows: readonly ExecutionRow[],
  eventIds: readonly string[],
): readonly string[] {
  const troubled = rows.filter(({ status, attempt }) => status !== "completed" || attempt !== 1);
  const runs = rows.flatMap(({ script, eventId }) => (script === SUBSCRIBER ? [String(eventId)] : []));
  const ticks = rows.flatMap(({ script, output }) =>
    script === SCHEDULE ? [Date.parse(String(output))] : [],
  );
  return [
    ...troubled.map(
      ({ id, script, status, attempt, code }) =>
        `${script} ${id} ended ${status} (${code}) at attempt ${attempt}`,
    ),
    ...describeCounts("event", countEach(eventIds), countEach(runs)),
    ...describeCounts("tick", countEach(listSeconds(ticks)), countEach(ticks.map(toTime))),
  ];
}

/** Every second from the first to the last. */
function listSeconds(ticks: readonly number[]): readonly string[] {
  const first = Math.min(...ticks);
  const count = (Math.max(...ticks) - first) / SECOND_MS + 1;
  return ticks.length === 0 ? [] : Array.from({ length: count }, (_, n) => toTime(first + n * SECOND_MS));
}

function toTime(ms: number): string {
  return new Date(ms).toISOString();
}

function countEach(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function describeCounts(
  what: string,
  wanted: ReadonlyMap<string, number>,
  found: ReadonlyMap<string, number>,
): readonly string[] {
  const names = new Set([...wanted.keys(), ...found.keys()]);
  return [...names].flatMap((name) => {
    const [asked, ran] = [wanted.get(name) ?? 0, found.get(name) ?? 0];
    return asked === ran ? [] : [`${what} ${name} was to run ${asked} times and ran ${ran} times`];
  });
}
