import type { JsonValue } from "@skerry/sandbox";
import { z } from "zod";
import { isUuid } from "../rest/ids.ts";
import { createPageQuery } from "../rest/paging.ts";
import { isForward, NOT_FORWARD, PERIOD } from "../rest/period.ts";
import { moment } from "../rest/route.ts";
import { version } from "../scripts/fields.ts";
import { eventType } from "./event.ts";

/** How an attempt failed. */
const failedAttempt = z.object({
  executionId: z.uuid(),
  code: z.string(),
  message: z.string(),
  at: moment(),
});

/** An event that a script failed to handle as often as it may, without what the event says. */
export const deadLetter = z
  .object({
    id: z.uuid(),
    eventId: z.string(),
    type: z.string().describe("Of the event."),
    scriptId: z.uuid(),
    scriptName: z.string().describe("Of the script as it is called now, or was when it was deleted."),
    attempts: z.array(failedAttempt).readonly().describe("Oldest first."),
    createdAt: moment(),
  })
  .meta({ id: "DeadLetter" });
export type DeadLetter = Readonly<z.output<typeof deadLetter>>;

export const deadLetterDetail = deadLetter
  .extend({ payload: z.custom<JsonValue>() })
  .meta({ id: "DeadLetterDetail" });
export type DeadLetterDetail = Readonly<z.output<typeof deadLetterDetail>>;

/** Those that one request replays. */
export const MAX_REPLAYED = 200;

const filters = {
  script: z.string().max(100).optional().describe("Id or name."),
  type: eventType.optional(),
  ...PERIOD,
};

/** Which dead letters are meant: those that fit all of it. */
export interface DeadLettersFilter {
  /** Id or name. */
  readonly script?: string | undefined;
  /** Of the event. */
  readonly type?: string | undefined;
  /** Inclusive. */
  readonly from?: Date | undefined;
  /** Exclusive. */
  readonly to?: Date | undefined;
}

/** Query of `GET /dead-letters`. */
export const deadLettersQuery = z
  .strictObject({ ...createPageQuery(isUuid), ...filters })
  .refine(isForward, NOT_FORWARD);
export type DeadLettersQuery = z.output<typeof deadLettersQuery>;

/** Body of `POST /dead-letters/{id}/replay`: without a version the one that is published when it runs. */
export const replayLetterInput = z.strictObject({ version: version.optional() });
export type ReplayLetterInput = z.output<typeof replayLetterInput>;

/** Body of `POST /dead-letters/replay`; an empty filter means all. */
export const replayLettersInput = z.strictObject({
  filter: z.strictObject(filters).refine(isForward, NOT_FORWARD),
  version: version.optional().describe("Only with a script in the filter."),
});
export type ReplayLettersInput = z.output<typeof replayLettersInput>;

/** The execution that handles the event again; the dead letter is gone. */
export const replayedLetter = z.object({ executionId: z.uuid() }).meta({ id: "ReplayedDeadLetter" });
export type ReplayedLetter = Readonly<z.output<typeof replayedLetter>>;

export const replayedLetters = z
  .object({
    replayed: z.int().describe(`At most ${MAX_REPLAYED}; the oldest go first.`),
    hasMore: z.boolean().describe("Whether there are more that fit: ask again."),
  })
  .meta({ id: "ReplayedDeadLetters" });
export type ReplayedLetters = Readonly<z.output<typeof replayedLetters>>;
