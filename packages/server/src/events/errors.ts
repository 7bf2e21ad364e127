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
  EVENT_FILTER_FAILED: {
    status: 422,
    kind: "user",
    title: "The filter failed",
    help: "The filter of an event script threw or came to a limit, so nobody knows whether the event was for the script. It is tried again as the script itself would be. Where a field may be missing, ask with `?.`.",
  },
  EVENT_FILTERED: {
    status: 422,
    kind: "user",
    title: "The event was filtered out",
    help: "The script's filter says that the event is none for it, so the script did not run.",
  },
  EVENT_DEPTH: {
    status: 422,
    kind: "user",
    title: "Events beget events without end",
    help: "A script that handles an event publishes another, whose handler publishes another, and so on: 8 in a row are the most. Break the circle.",
  },
} as const satisfies Record<string, ErrorRow>;
