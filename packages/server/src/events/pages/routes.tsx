import { z } from "zod";
import type { PlatformServices } from "../../platform.ts";
import { SkerryError } from "../../problems/errors.ts";
import { checkInput } from "../../rest/input.ts";
import { parseJsonBody } from "../../rest/json.ts";
import { createPageQuery } from "../../rest/paging.ts";
import { filterField, localMoment, toMoment } from "../../web/filter-field.ts";
import { formErrors } from "../../web/form.ts";
import { definePage } from "../../web/page.ts";
import type { PageRequest, PageRoute } from "../../web/page.ts";
import { eventInput } from "../event.ts";
import type { EventInput } from "../event.ts";
import { typeFilter } from "../type-filter.ts";
import { EventList } from "./event-list.tsx";
import { EventPage } from "./event-page.tsx";
import { eventPath } from "./event-path.ts";
import { PublishForm } from "./publish-form.tsx";
import type { TypedEvent } from "./publish-form.tsx";

type EventPageServices = Pick<PlatformServices, "events" | "eventReports" | "actorNames">;

const listQuery = z.object({
  ...createPageQuery((text) => /^\d{1,15}$/.test(text)),
  /** Of what somebody is in the middle of typing not all is a filter. */
  type: filterField(z.string().trim().toLowerCase().max(200)),
  from: filterField(localMoment),
  to: filterField(localMoment),
});

const publishForm = z.object({
  type: z.string().default(""),
  payload: z.string().default(""),
  id: z.string().trim().default(""),
});

const EMPTY_PAGE = { items: [], nextCursor: null };
const NEW_EVENT: TypedEvent = { type: "", payload: "{}", id: "" };

/** `/events`, what is below it, and `/publish-event`, which no event's id can be taken for. */
export function createEventPages(services: EventPageServices): PageRoute[] {
  const { eventReports, actorNames } = services;
  return [
    definePage({
      method: "GET",
      path: "/events",
      access: "events.read",
      async handle(request) {
        const { caller, view } = request;
        const { limit, ...filters } = request.query(listQuery);
        const { type, cursor } = filters;
        const wanted = { limit, type, cursor, from: toMoment(filters.from), to: toMoment(filters.to) };
        const canFit = type === undefined || typeFilter.safeParse(type).success;
        const [page, types] = await Promise.all([
          canFit ? eventReports.list(caller, wanted) : EMPTY_PAGE,
          eventReports.listTypes(caller),
        ]);
        const content = <EventList view={view} filters={filters} types={types} events={page} />;
        return await request.page(content, { title: view.t.events.title, section: "events" });
      },
    }),
    definePage({
      method: "GET",
      path: "/events/{event}",
      access: "events.read",
      async handle(request) {
        const { caller, view, params } = request;
        const event = await eventReports.get(caller, params["event"] ?? "");
        const names = await actorNames.find(caller, [event.actor]);
        const content = <EventPage view={view} event={event} actorNames={names} />;
        return await request.page(content, { title: event.type, section: "events" });
      },
    }),
    definePage({
      method: "GET",
      path: "/publish-event",
      access: "events.publish",
      async handle(request) {
        const { from } = request.query(z.object({ from: filterField(z.string().max(200)) }));
        return await showForm(services, request, await findModel(services, request, from));
      },
    }),
    definePage({
      method: "POST",
      path: "/publish-event",
      access: "events.publish",
      handle: (request) => publish(services, request),
    }),
  ];
}

/** What the form begins with: another event, where one is named that may be seen. */
async function findModel(
  { eventReports }: EventPageServices,
  { caller, view }: PageRequest,
  from: string | undefined,
): Promise<TypedEvent> {
  if (from === undefined || !view.can("events.read")) return NEW_EVENT;
  const { type, payload } = await eventReports.get(caller, from);
  return { type, payload: JSON.stringify(payload, null, 2), id: "" };
}

async function showForm(
  { eventReports }: EventPageServices,
  request: PageRequest,
  values: TypedEvent,
  errors?: ReadonlyMap<string, string>,
): Promise<Response> {
  const { caller, view } = request;
  const types = view.can("events.read") ? await eventReports.listTypes(caller) : [];
  const content = <PublishForm view={view} values={values} types={types} {...(errors && { errors })} />;
  const status = errors === undefined ? 200 : 422;
  return await request.page(content, {
    title: view.t.events.publish,
    section: "events",
    editor: true,
    status,
  });
}

async function publish(services: EventPageServices, request: PageRequest): Promise<Response> {
  const { caller, view } = request;
  let values = NEW_EVENT;
  try {
    values = await request.form(publishForm);
    const event = readEvent(values);
    const { ids } = await services.events.publish(caller, [event]);
    const toast = view.t.events.published(event.type);
    return request.redirect(view.href(eventPath(ids[0] ?? "")), toast);
  } catch (error) {
    return await showForm(services, request, values, formErrors(error));
  }
}

/** @throws SkerryError `INPUT_INVALID`. */
function readEvent({ type, payload, id }: TypedEvent): EventInput {
  return checkInput(eventInput, { type, payload: readPayload(payload), ...(id !== "" && { id }) });
}

function readPayload(text: string) {
  if (text.trim() === "") return null;
  try {
    return parseJsonBody(Buffer.from(text));
  } catch (error) {
    const { message } = error as SkerryError;
    throw new SkerryError("INPUT_INVALID", message, { details: [{ path: "payload", message }] });
  }
}
