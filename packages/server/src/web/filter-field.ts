import { z } from "zod";

/** A field of a form of filters: browsers send it also where nothing is filled in, and then it is undefined. */
export function filterField<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((value) => (value === "" ? undefined : value), schema.optional());
}

const LOCAL_MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?$/;

/** What `<input type="datetime-local">` sends, which stands for a moment in UTC here. */
export const localMoment = z
  .string()
  .refine((text) => LOCAL_MOMENT.test(text) && toMoment(text) !== undefined, "must be a date and a time");

/** The moment of such a field; undefined where nothing is filled in. */
export function toMoment(local: string | undefined): Date | undefined {
  const timeMs = Date.parse(`${local}Z`);
  return Number.isNaN(timeMs) ? undefined : new Date(timeMs);
}
