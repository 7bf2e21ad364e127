import type { ErrorRow } from "../problems/error-row.ts";

/** Every code about events and dead letters, in one place. */
export const EVENT_ERRORS = {
  EVENT_NOT_FOUND: {
    status: 404,
    kind: "user",
    title: "No such event",
    help: "The tenant has no event with this id, or it is older than the tenant's events are kept.",
  },
  DEAD_LETTER_NOT_FOUND: {
    status: 404,
    kind: "user",
    title: "No such dead letter",
    help: "The tenant has no dead letter with this id. One that was replayed or deleted is gone.",
  },
  EVENT_DEPTH: {
    status: 422,
    kind: "user",
    title: "Events beget events without end",
    help: "A script that handles an event publishes another, whose handler publishes another, and so on: 8 in a row are the most. Break the circle.",
  },
} as const satisfies Record<string, ErrorRow>;
