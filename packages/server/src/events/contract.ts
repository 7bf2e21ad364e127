import { defineRoute, pageOf, pathParameters } from "../rest/route.ts";
import {
  deadLetter,
  deadLetterDetail,
  deadLettersQuery,
  replayedLetter,
  replayedLetters,
  replayLetterInput,
  replayLettersInput,
} from "./dead-letter.ts";
import { event, eventDetail, eventsQuery, published, publishInput } from "./event.ts";

/** A thousand events of some kilobytes each. */
const PUBLISH_BODY_BYTES = 4 * 1024 * 1024;
const EVENT = pathParameters("event");
const DEAD_LETTER = pathParameters("deadLetter");

export const publishEvents = defineRoute({
  operation: "events.publish",
  method: "POST",
  path: "/events",
  summary: "Publishes an event, or up to 1,000: all are stored when it answers, or none is.",
  access: "events.publish",
  body: publishInput,
  bodyBytes: PUBLISH_BODY_BYTES,
  answers: { 200: published },
  errors: ["TENANT_SUSPENDED"],
});

export const listEvents = defineRoute({
  operation: "events.list",
  method: "GET",
  path: "/events",
  summary: "Lists events, newest first, without their payloads.",
  access: "events.read",
  query: eventsQuery,
  answers: { 200: pageOf(event) },
});

export const getEvent = defineRoute({
  operation: "events.get",
  method: "GET",
  path: "/events/{event}",
  summary: "Gives an event with the executions that handle it.",
  access: "events.read",
  params: EVENT,
  answers: { 200: eventDetail },
  errors: ["EVENT_NOT_FOUND"],
});

export const listDeadLetters = defineRoute({
  operation: "deadLetters.list",
  method: "GET",
  path: "/dead-letters",
  summary: "Lists events that scripts failed to handle, newest failure first.",
  access: "events.read",
  query: deadLettersQuery,
  answers: { 200: pageOf(deadLetter) },
  errors: ["SCRIPT_NOT_FOUND"],
});

export const getDeadLetter = defineRoute({
  operation: "deadLetters.get",
  method: "GET",
  path: "/dead-letters/{deadLetter}",
  summary: "Gives a dead letter with the event's payload.",
  access: "events.read",
  params: DEAD_LETTER,
  answers: { 200: deadLetterDetail },
  errors: ["DEAD_LETTER_NOT_FOUND"],
});

export const replayDeadLetter = defineRoute({
  operation: "deadLetters.replay",
  method: "POST",
  path: "/dead-letters/{deadLetter}/replay",
  summary: "Hands the event to the script again, with all its attempts; the dead letter is gone then.",
  access: "events.replay",
  params: DEAD_LETTER,
  body: replayLetterInput,
  answers: { 202: replayedLetter },
  errors: ["DEAD_LETTER_NOT_FOUND", "SCRIPT_NOT_FOUND", "VERSION_NOT_FOUND", "TENANT_SUSPENDED"],
});

export const replayDeadLetters = defineRoute({
  operation: "deadLetters.replayAll",
  method: "POST",
  path: "/dead-letters/replay",
  summary: "Replays the dead letters that fit all filters, oldest first and at most 200 at once.",
  access: "events.replay",
  body: replayLettersInput,
  answers: { 202: replayedLetters },
  errors: ["SCRIPT_NOT_FOUND", "VERSION_NOT_FOUND", "TENANT_SUSPENDED"],
});

export const deleteDeadLetter = defineRoute({
  operation: "deadLetters.delete",
  method: "DELETE",
  path: "/dead-letters/{deadLetter}",
  summary: "Deletes a dead letter.",
  access: "events.replay",
  params: DEAD_LETTER,
  answers: { 204: null },
  errors: ["DEAD_LETTER_NOT_FOUND"],
});

export const EVENT_ROUTES = [
  publishEvents,
  listEvents,
  getEvent,
  listDeadLetters,
  getDeadLetter,
  replayDeadLetter,
  replayDeadLetters,
  deleteDeadLetter,
] as const;
