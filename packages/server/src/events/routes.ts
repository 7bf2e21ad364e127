import { bindRoute } from "../rest/router.ts";
import type { BoundRoute } from "../rest/router.ts";
import {
  deleteDeadLetter,
  getDeadLetter,
  getEvent,
  listDeadLetters,
  listEvents,
  publishEvents,
  replayDeadLetter,
  replayDeadLetters,
} from "./contract.ts";
import type { DeadLetterService } from "./dead-letters.ts";
import type { EventService } from "./service.ts";

/** `/events` and `/dead-letters`. */
export function createEventRoutes(events: EventService, letters: DeadLetterService): BoundRoute[] {
  return [
    bindRoute(publishEvents, ({ caller, body }) =>
      events.publish(caller, Array.isArray(body) ? body : [body]),
    ),
    bindRoute(listEvents, ({ caller, query }) => events.list(caller, query)),
    bindRoute(getEvent, ({ caller, params }) => events.get(caller, params.event)),
    bindRoute(listDeadLetters, ({ caller, query }) => letters.list(caller, query)),
    bindRoute(getDeadLetter, ({ caller, params }) => letters.get(caller, params.deadLetter)),
    bindRoute(replayDeadLetter, ({ caller, params, body }) =>
      letters.replay(caller, params.deadLetter, body),
    ),
    bindRoute(replayDeadLetters, ({ caller, body }) => letters.replayAll(caller, body)),
    bindRoute(deleteDeadLetter, ({ caller, params }) => letters.delete(caller, params.deadLetter)),
  ];
}
