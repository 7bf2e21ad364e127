import { Cron } from "croner";
import { z } from "zod";

const MAX_CRON_LENGTH = 200;
const MAX_TIMEZONE_LENGTH = 100;

/**
 * When a `scheduled` script runs: five fields (minute, hour, day of month, month, day of week), six with seconds before
 * them, or a nickname such as `@daily`, as croner reads them. Once is enough: a schedule that never fires is refused.
 */
export const cronPattern = z
  .string()
  .max(MAX_CRON_LENGTH)
  .superRefine((text, context) => {
    const problem = findProblem(text);
    if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
  });

/** The name of a time zone in the IANA database, e.g. `Europe/Paris`. */
export const timezone = z
  .string()
  .max(MAX_TIMEZONE_LENGTH)
  .refine(isTimezone, "must be a time zone of the IANA database, e.g. Europe/Paris or UTC");

/** @returns what is wrong with it. */
function findProblem(text: string): string | undefined {
  // The library also takes a point in time, which is no pattern.
  if (!/^@[a-z]+$/i.test(text) && !/^\S+(?: \S+){4,5}$/.test(text)) {
    return "must have five fields, six with seconds, or be a nickname such as @daily";
  }
  try {
    const next = new Cron(text, { paused: true, timezone: "UTC", mode: "5-or-6-parts" }).nextRun();
    return next === null ? "never fires" : undefined;
  } catch (error) {
    return error instanceof Error ? `is no cron pattern (${error.message})` : "is no cron pattern";
  }
}

/** Offsets such as `+02:00`, which the platform also knows, have no daylight saving and are no names. */
function isTimezone(text: string): boolean {
  if (!/^[a-z]/i.test(text)) return false;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: text }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
