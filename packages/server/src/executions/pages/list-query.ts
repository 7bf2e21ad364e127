import { z } from "zod";
import { EXECUTION_STATES, EXECUTION_TRIGGERS } from "../../db/schema.ts";
import { storableText } from "../../rest/input.ts";
import { filterField } from "../../web/filter-field.ts";
import { executionsQuery } from "../execution.ts";
import type { ExecutionsQuery } from "../execution.ts";

const MINUTE_MS = 60_000;

/** Times before now that a list can be about, and `custom` for one with a beginning and an end of its own. */
const RANGES_MS = { hour: 60 * MINUTE_MS, day: 24 * 60 * MINUTE_MS, week: 7 * 24 * 60 * MINUTE_MS } as const;
export const RANGES = ["hour", "day", "week", "custom"] as const;

const LOCAL_MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?$/;

/** What `<input type="datetime-local">` sends, which stands for a moment in UTC here. */
const localMoment = z
  .string()
  .refine(
    (text) => LOCAL_MOMENT.test(text) && !Number.isNaN(Date.parse(`${text}Z`)),
    "must be a date and a time",
  );

const { parent, job, eventId, requestId, attempt, cursor } = executionsQuery.shape;

/** The filters of the list of executions, as they stand in its address; a script is named by name or id. */
export const listFilter = z.object({
  status: filterField(z.enum(EXECUTION_STATES)),
  trigger: filterField(z.enum(EXECUTION_TRIGGERS)),
  script: filterField(storableText(100)),
  attempt: filterField(attempt),
  range: filterField(z.enum(RANGES)),
  from: filterField(localMoment),
  to: filterField(localMoment),
  parent: filterField(parent),
  job: filterField(job),
  eventId: filterField(eventId),
  requestId: filterField(requestId),
});
export type ListFilter = z.output<typeof listFilter>;

export const listQuery = listFilter.extend({ cursor });

/** The same filters as services take them. */
export function toQuery({
  range,
  from,
  to,
  ...filter
}: ListFilter): Omit<ExecutionsQuery, "limit" | "cursor"> {
  if (range === undefined) return filter;
  if (range !== "custom") return { ...filter, from: new Date(Date.now() - RANGES_MS[range]) };
  return { ...filter, from: toMoment(from), to: toMoment(to) };
}

function toMoment(local: string | undefined): Date | undefined {
  return local === undefined ? undefined : new Date(`${local}Z`);
}
