import { z } from "zod";
import { EXECUTION_STATES, SCRIPT_STATUSES } from "../db/schema.ts";
import { MISFIRE_POLICIES, OVERLAP_POLICIES } from "../db/tables/schedules.ts";
import { isUuid } from "../rest/ids.ts";
import { createPageQuery } from "../rest/paging.ts";
import { moment } from "../rest/route.ts";
import { cronPattern, timezone } from "./settings.ts";

const DEFAULT_PREVIEWED = 5;
const MAX_PREVIEWED = 50;

const scheduleRun = z
  .object({
    executionId: z.uuid().describe("Of the latest attempt."),
    status: z.enum(EXECUTION_STATES),
    scheduledAt: moment(),
  })
  .meta({ id: "ScheduleRun" });

/** When a published `scheduled` script runs. Its ticks are the moments that its cron pattern names. */
export const schedule = z
  .object({
    scriptId: z.uuid(),
    scriptName: z.string(),
    scriptStatus: z.enum(SCRIPT_STATUSES).describe("Only an active script is run by its schedule."),
    cron: z.string(),
    timezone: z.string(),
    overlap: z.enum(OVERLAP_POLICIES),
    misfire: z.enum(MISFIRE_POLICIES),
    jitterMs: z.int(),
    offsetMs: z.int().describe("How long after each of its ticks this script runs, by its jitter."),
    nextRuns: z.array(moment()).readonly().describe("The next five ticks; none unless the script is active."),
    lastRun: scheduleRun.nullable().describe("Null where nothing ran, or it is gone from the history."),
    skippedTicks: z.int().describe("Ticks that were left out because the one before still ran."),
    lastMisfireAt: moment()
      .nullable()
      .describe("When it was last found that ticks were missed, and not all of them were run."),
  })
  .meta({ id: "Schedule" });
export type Schedule = Readonly<z.output<typeof schedule>>;

/** Query of `GET /schedules`. */
export const schedulesQuery = z.strictObject(createPageQuery(isUuid));

/** Body of `POST /schedules/preview`. */
export const previewInput = z.strictObject({
  cron: cronPattern,
  timezone: timezone.default("UTC"),
  count: z.int().min(1).max(MAX_PREVIEWED).default(DEFAULT_PREVIEWED),
});
export type PreviewInput = Readonly<z.output<typeof previewInput>>;

export const schedulePreview = z
  .object({ runs: z.array(moment()).readonly().describe("The next ticks from now on.") })
  .meta({ id: "SchedulePreview" });
export type SchedulePreview = Readonly<z.output<typeof schedulePreview>>;
