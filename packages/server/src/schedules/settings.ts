import { z } from "zod";
import { MISFIRE_POLICIES, OVERLAP_POLICIES } from "../db/tables/schedules.ts";
import { findCronProblem } from "./timetable.ts";

const MAX_CRON_LENGTH = 200;
const MAX_TIMEZONE_LENGTH = 100;
const MAX_JITTER_MS = 60 * 60_000;

/**
 * When a `scheduled` script runs: five fields (minute, hour, day of month, month, day of week), six with seconds before
 * them, or a nickname such as `@daily`, as croner reads them. Once is enough: a schedule that never fires is refused.
 */
export const cronPattern = z
  .string()
  .max(MAX_CRON_LENGTH)
  .superRefine((text, context) => {
    const problem = findCronProblem(text);
    if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
  });

/** The name of a time zone in the IANA database, e.g. `Europe/Paris`. */
export const timezone = z
  .string()
  .max(MAX_TIMEZONE_LENGTH)
  .refine(isTimezone, "must be a time zone of the IANA database, e.g. Europe/Paris or UTC");

/** The part of a `scheduled` script's settings that says when it runs. */
export const SCHEDULE_SETTINGS = {
  cron: cronPattern,
  timezone: timezone.optional().describe("Default UTC."),
  overlap: z
    .enum(OVERLAP_POLICIES)
    .optional()
    .describe("What becomes of a run that is due while the one before still runs. Default skip."),
  misfire: z
    .enum(MISFIRE_POLICIES)
    .optional()
    .describe("What becomes of runs that were due while nothing could run. Default once."),
  jitterMs: z
    .int()
    .min(0)
    .max(MAX_JITTER_MS)
    .optional()
    .describe("Runs start up to this much later, each script always by the same time. Default 0."),
} as const;

/** Offsets such as `+02:00`, which the platform also knows, have no daylight saving and are no names. */
function isTimezone(text: string): boolean {
  if (!/^[a-z]/i.test(text)) return false;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: text }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
