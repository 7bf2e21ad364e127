import { z } from "zod";
import { onFailure } from "../alerts/settings.ts";
import type { ScriptType } from "../db/schema.ts";
import { ENDPOINT_SETTINGS } from "../endpoints/settings.ts";
import { eventFilter } from "../events/filter.ts";
import { MAX_LIMITS, MIN_LIMITS } from "../plans/limits.ts";
import type { LimitName } from "../plans/limits.ts";
import { checkSchema } from "../executions/json-schema.ts";
import { storableText } from "../rest/input.ts";
import { SCHEDULE_SETTINGS } from "../schedules/settings.ts";

const MAX_CONCURRENT_RUNS = 1_000;
const MAX_ATTEMPTS = 20;
const MAX_BACKOFF_MS = 24 * 60 * 60_000;
const MAX_EVENT_TYPES = 50;
const MAX_EVENT_TYPE_LENGTH = 200;
const MAX_PAYLOAD_PATH_LENGTH = 200;
const MAX_JSON_SCHEMA_LENGTH = 64 * 1024;
/** `order.created`, `order.*` for one word in that place, `order.**` and `**` for any number at the end. */
const EVENT_TYPE_PATTERN = /^(?:\*\*|(?:[a-z0-9_-]+|\*)(?:\.(?:[a-z0-9_-]+|\*))*(?:\.\*\*)?)$/;

function limit(name: LimitName) {
  return z.number().int().min(MIN_LIMITS[name]).max(MAX_LIMITS[name]).optional();
}

function withoutRepetition(texts: readonly string[]): boolean {
  return new Set(texts).size === texts.length;
}

const limits = z
  .strictObject({
    cpuMs: limit("cpuMs"),
    wallMs: limit("wallMs"),
    memoryMb: limit("memoryMb"),
    capabilityCalls: limit("capabilityCalls"),
    outputBytes: limit("outputBytes"),
    logBytes: limit("logBytes"),
    /** Executions of the script at the same time on one node; more are refused. Without it only runners limit them. */
    concurrentRuns: z.number().int().min(1).max(MAX_CONCURRENT_RUNS).optional(),
  })
  .optional();

const backoffMs = z.number().int().min(0).max(MAX_BACKOFF_MS);
const retry = z
  .strictObject({
    attempts: z.number().int().min(1).max(MAX_ATTEMPTS).describe("Executions at most, the first among them."),
    backoffMs: backoffMs.optional().describe("Before the second attempt; doubles for each one after."),
    maxBackoffMs: backoffMs.optional().describe("What the doubling ends at."),
  })
  .refine(({ backoffMs: first = 0, maxBackoffMs: most = MAX_BACKOFF_MS }) => first <= most, {
    path: ["maxBackoffMs"],
    message: "must not be less than backoffMs",
  })
  .optional();

const concurrencyLimit = z.number().int().min(1).max(MAX_CONCURRENT_RUNS);
const concurrency = z.strictObject({ limit: concurrencyLimit }).optional();
const eventConcurrency = z
  .strictObject({
    limit: concurrencyLimit,
    key: storableText(MAX_PAYLOAD_PATH_LENGTH)
      .regex(/^payload(?:\.[^.\s]+)*$/, "must be a path into the payload, such as payload.customer.id")
      .optional()
      .describe("The limit holds for each value at this place of the payload by itself."),
    ordered: z
      .boolean()
      .optional()
      .describe(
        "Whether events wait for those before them that are to be tried again; only with a limit of 1.",
      ),
  })
  .refine(({ limit: most, ordered = false }) => !ordered || most === 1, {
    path: ["ordered"],
    message: "can be kept only with a limit of 1",
  })
  .optional();

const freshContext = z
  .boolean()
  .optional()
  .describe("Whether each execution gets a context of its own instead of one that ran before.");

const eventType = z
  .string()
  .max(MAX_EVENT_TYPE_LENGTH)
  .regex(
    EVENT_TYPE_PATTERN,
    'must be words out of a to z, digits, "-" and "_" with dots between, "*" for any one word, or end with "**"',
  );

const jsonSchema = z
  .record(z.string(), z.unknown())
  .refine(
    (schema) => JSON.stringify(schema).length <= MAX_JSON_SCHEMA_LENGTH,
    `must not be longer than ${MAX_JSON_SCHEMA_LENGTH} characters`,
  )
  .refine(isStorable, "must not hold NUL or unpaired surrogates")
  .superRefine((schema, context) => {
    const problem = checkSchema(schema);
    if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
  })
  .optional();

/** Tells whether Postgres can keep all texts of a JSON value. */
function isStorable(value: unknown): boolean {
  if (typeof value === "string") return !value.includes("\0") && value.isWellFormed();
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every((entry) => entry.every(isStorable));
}

const SHAPES = {
  scheduled: {
    ...SCHEDULE_SETTINGS,
    retry,
    concurrency,
    limits,
    onFailure,
  },
  http: {
    ...ENDPOINT_SETTINGS,
    freshContext,
    limits,
  },
  event: {
    events: z
      .array(eventType)
      .min(1)
      .max(MAX_EVENT_TYPES)
      .refine(withoutRepetition, "must not name an event twice"),
    filter: eventFilter.optional().describe("An expression: events for which it is not true are left out."),
    retry,
    concurrency: eventConcurrency,
    limits,
    onFailure,
  },
  oneoff: { limits, onFailure },
  embedded: { inputSchema: jsonSchema, outputSchema: jsonSchema, freshContext, limits },
  library: {},
} as const satisfies Record<ScriptType, z.ZodRawShape>;

/** The schema of each type's settings; what belongs to another type is refused as unknown. */
export const SETTINGS_SCHEMAS = {
  scheduled: z.strictObject(SHAPES.scheduled),
  http: z.strictObject(SHAPES.http),
  event: z.strictObject(SHAPES.event),
  oneoff: z.strictObject(SHAPES.oneoff),
  embedded: z.strictObject(SHAPES.embedded),
  library: z.strictObject(SHAPES.library),
} as const satisfies Record<ScriptType, z.ZodType>;

/** Settings of one version, as stored: all that the types have between them. */
export const scriptSettings = z
  .strictObject({
    ...SHAPES.scheduled,
    ...SHAPES.http,
    ...SHAPES.event,
    ...SHAPES.oneoff,
    ...SHAPES.embedded,
  })
  .partial()
  .meta({ id: "ScriptSettings" });
export type ScriptSettings = z.output<typeof scriptSettings>;
