import type { JsonValue } from "@skerry/sandbox";
import { z } from "zod";
import { EXECUTION_STATES } from "../db/schema.ts";
import { isShallowJson } from "../rest/json.ts";
import { createPageQuery } from "../rest/paging.ts";
import { isForward, NOT_FORWARD, PERIOD } from "../rest/period.ts";
import { moment } from "../rest/route.ts";
import { EVENT_TYPE_PATTERN, MAX_TYPE_LENGTH } from "./event-type.ts";

/** The attribute of a capability call that holds the depth of the event that the execution handles. */
export const EVENT_DEPTH_ATTRIBUTE = "eventDepth";
/** Of one event, as JSON. */
export const MAX_PAYLOAD_BYTES = 256 * 1024;
export const MAX_EVENTS_AT_ONCE = 1_000;
/** Begins with a letter or digit, so that it can stand in an address. */
const ID_PATTERN = /^[A-Za-z0-9][\x21-\x7e]{0,199}$/;

export const eventType = z
  .string()
  .max(MAX_TYPE_LENGTH)
  .regex(EVENT_TYPE_PATTERN, 'must be words out of a to z, digits, "_" and "-", with dots between');

/** `script.failed` and what may come to be beside it: scripts that watch over others trust it. */
const PLATFORM_TYPES = /^script(?:\.|$)/;

const json = z.custom<JsonValue>((value) => value !== undefined, "is missing");

const payload = json.superRefine((value, context) => {
  const text = JSON.stringify(value);
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_PAYLOAD_BYTES) {
    const message = `has ${bytes} bytes as JSON; at most ${MAX_PAYLOAD_BYTES} are taken`;
    context.addIssue({ code: "custom", message });
  } else if (!isShallowJson(text)) {
    context.addIssue({ code: "custom", message: "is nested too deep" });
  }
});

/** An event to publish. One whose id was published before is accepted and does nothing. */
export const eventInput = z
  .strictObject({
    type: eventType.refine(
      (type) => !PLATFORM_TYPES.test(type),
      "must not begin with script, by which the platform tells of scripts",
    ),
    payload: payload.default(null),
    id: z
      .string()
      .regex(
        ID_PATTERN,
        "must have 1 to 200 characters of ASCII without spaces and begin with a letter or digit",
      )
      .optional()
      .describe("Default a new UUID."),
  })
  .meta({ id: "EventInput" });
export type EventInput = z.output<typeof eventInput>;

/** Body of `POST /events`. */
export const publishInput = z.union([eventInput, z.array(eventInput).min(1).max(MAX_EVENTS_AT_ONCE)]);

/** Answer of `POST /events`: all are stored and will be delivered. */
export const published = z
  .object({
    accepted: z.int(),
    ids: z.array(z.string()).readonly().describe("In the order of the request."),
  })
  .meta({ id: "PublishedEvents" });
export type Published = Readonly<z.output<typeof published>>;

/** A named message of a tenant, without what it says. */
export const event = z
  .object({
    id: z.string(),
    type: z.string(),
    depth: z.int().describe("How many events led to it, one handled by the script that published the next."),
    actor: z.string().describe("Who published it, e.g. `key:` or `script:` and an id."),
    matched: z
      .int()
      .nullable()
      .describe("Scripts whose patterns fit the type; null until it was handed out."),
    filtered: z.int().nullable().describe("Those of them whose filters kept it away."),
    publishedAt: moment(),
  })
  .meta({ id: "Event" });
export type Event = Readonly<z.output<typeof event>>;

/** One execution that handles an event; each attempt is one. */
export const eventDelivery = z
  .object({
    executionId: z.uuid(),
    scriptId: z.uuid(),
    attempt: z.int().describe("Counts from 1."),
    status: z.enum(EXECUTION_STATES),
  })
  .meta({ id: "EventDelivery" });
export type EventDelivery = Readonly<z.output<typeof eventDelivery>>;

export const eventDetail = event
  .extend({
    payload: z.custom<JsonValue>(),
    isWaiting: z.boolean().describe("Whether it is still to be handed to the scripts that subscribe to it."),
    deliveries: z.array(eventDelivery).readonly().describe("The newest 200."),
  })
  .meta({ id: "EventDetail" });
export type EventDetail = Readonly<z.output<typeof eventDetail>>;

/** Tells whether a text is the place of a row in the order of publishing. */
function isPlace(text: string): boolean {
  return /^\d{1,15}$/.test(text);
}

/** Query of `GET /events`. */
export const eventsQuery = z
  .strictObject({ ...createPageQuery(isPlace), type: eventType.optional(), ...PERIOD })
  .refine(isForward, NOT_FORWARD);
export type EventsQuery = z.output<typeof eventsQuery>;
