import type { SourceChange } from "../walls/working-copy.ts";

/** A way to break the platform's word, and what it is to be found as. */
export interface DeliberateBug {
  readonly what: string;
  readonly changes: readonly SourceChange[];
  /** A kind of finding in the report. */
  readonly foundAs: "lost" | "duplicate";
}

/** What `npm run chaos` has to notice. */
export const DELIBERATE_BUGS: readonly DeliberateBug[] = [
  {
    what: "a job is done before it has run",
    changes: [
      {
        file: "packages/server/src/jobs/running.ts",
        find: "const outcome = await attempt.outcome;",
        replace: 'const outcome = { type: "done" } as const;',
      },
    ],
    foundAs: "lost",
  },
  {
    what: "what a lost node was running is given up",
    changes: [
      {
        file: "packages/server/src/jobs/settlement.ts",
        find: "await fail(job, failure, 0, true)",
        replace: "await fail(job, failure, undefined, true)",
      },
    ],
    foundAs: "lost",
  },
  {
    what: "events count as handed out that came meanwhile",
    changes: [
      {
        file: "packages/server/src/events/repository.ts",
        find: "and event.id = ended.id`",
        replace: "and event.is_waiting`",
      },
    ],
    foundAs: "lost",
  },
  {
    what: "each node fires the ticks that it sees",
    changes: [
      {
        file: "packages/server/src/schedules/repository.ts",
        find: "order by next_run_at limit ${limit} for update skip locked",
        replace: "order by next_run_at limit ${limit}",
      },
      {
        file: "packages/server/src/schedules/firing.ts",
        find: "key: `${scriptId}@${scheduledAt.toISOString()}`,",
        replace: "",
      },
    ],
    foundAs: "duplicate",
  },
];
