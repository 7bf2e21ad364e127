import { z } from "zod";

const bound = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

/** Part of a list's query: `from` inclusive, `to` exclusive. Lists refine it by `isForward`. */
export const PERIOD = { from: bound.optional(), to: bound.optional() };

/** What is said of a period that is not `isForward`. */
export const NOT_FORWARD = { path: ["to"], message: "must not be before `from`" };

/** Tells whether a period ends no earlier than it begins. */
export function isForward({
  from,
  to,
}: {
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}): boolean {
  return from === undefined || to === undefined || from <= to;
}
