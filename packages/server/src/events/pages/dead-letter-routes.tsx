import { z } from "zod";
import type { Caller } from "../../auth/principal.ts";
import type { PlatformServices } from "../../platform.ts";
import { SkerryError } from "../../problems/errors.ts";
import { isUuid } from "../../rest/ids.ts";
import { storableText } from "../../rest/input.ts";
import { createPageQuery } from "../../rest/paging.ts";
import { version } from "../../scripts/fields.ts";
import { filterField, localMoment, toMoment } from "../../web/filter-field.ts";
import { definePage } from "../../web/page.ts";
import type { PageRequest, PageRoute } from "../../web/page.ts";
import type { ReplayLettersInput } from "../dead-letter.ts";
import { eventType } from "../event.ts";
import { DeadLetterList, MAX_REPLAYED_TOGETHER } from "./dead-letter-list.tsx";
import { DeadLetterPage } from "./dead-letter-page.tsx";
import { eventPath } from "./event-path.ts";

type DeadLetterServices = Pick<PlatformServices, "deadLetters" | "eventReports" | "scripts">;

const filterFields = z.object({
  script: filterField(storableText(100).trim()),
  type: filterField(z.string().trim().toLowerCase().max(200)),
  from: filterField(localMoment),
  to: filterField(localMoment),
});
const listQuery = filterFields.extend(createPageQuery(isUuid));
const typedVersion = filterField(z.coerce.number().pipe(version));
const replayAllForm = filterFields.extend({ version: typedVersion });
const replayForm = z.object({ version: typedVersion });

/** Versions to choose from. */
const MAX_VERSIONS = 50;

/** `/dead-letters` and what is below it. */
export function createDeadLetterPages(services: DeadLetterServices): PageRoute[] {
  const { deadLetters } = services;
  return [
    definePage({
      method: "GET",
      path: "/dead-letters",
      access: "events.read",
      handle: (request) => showList(services, request),
    }),
    definePage({
      method: "POST",
      path: "/dead-letters/replay",
      access: "events.replay",
      handle: (request) => replayAll(services, request),
    }),
    definePage({
      method: "GET",
      path: "/dead-letters/{deadLetter}",
      access: "events.read",
      async handle(request) {
        const { caller, view, params } = request;
        const letter = await deadLetters.get(caller, params["deadLetter"] ?? "");
        const versions = await listVersions(services, caller, letter.scriptId);
        const content = <DeadLetterPage view={view} letter={letter} versions={versions} />;
        return await request.page(content, { title: letter.type, section: "deadLetters" });
      },
    }),
    definePage({
      method: "POST",
      path: "/dead-letters/{deadLetter}/replay",
      access: "events.replay",
      async handle(request) {
        const { caller, view, params } = request;
        const wished = await request.form(replayForm);
        const id = params["deadLetter"] ?? "";
        const { eventId } = await deadLetters.get(caller, id);
        await deadLetters.replay(caller, id, wished);
        return request.redirect(view.href(eventPath(eventId)), view.t.deadLetters.replayed);
      },
    }),
    definePage({
      method: "POST",
      path: "/dead-letters/{deadLetter}/discard",
      access: "events.replay",
      async handle(request) {
        const { caller, view, params } = request;
        await deadLetters.delete(caller, params["deadLetter"] ?? "");
        return request.redirect(view.href("/dead-letters"), view.t.deadLetters.discarded);
      },
    }),
  ];
}

async function showList(
  { deadLetters, eventReports }: DeadLetterServices,
  request: PageRequest,
): Promise<Response> {
  const { caller, view } = request;
  const { limit, cursor, ...filters } = request.query(listQuery);
  const filter = toFilter(filters);
  const [found, types] = await Promise.all([
    filter &&
      unlessUnknownScript(
        Promise.all([
          deadLetters.list(caller, { limit, cursor, ...filter }),
          deadLetters.count(caller, filter),
        ]),
      ),
    eventReports.listTypes(caller),
  ]);
  const [letters, count] = found ?? [{ items: [], nextCursor: null }, 0];
  const content = (
    <DeadLetterList
      view={view}
      filters={{ ...filters, cursor }}
      types={types}
      letters={letters}
      count={count}
    />
  );
  return await request.page(content, { title: view.t.deadLetters.title, section: "deadLetters" });
}

async function replayAll({ deadLetters }: DeadLetterServices, request: PageRequest): Promise<Response> {
  const { caller, view } = request;
  const { version: wanted, ...filters } = await request.form(replayAllForm);
  const filter = toFilter(filters);
  const { count, hasMore } =
    filter === undefined
      ? { count: 0, hasMore: false }
      : await replayTogether(deadLetters, caller, { filter, version: wanted });
  const t = view.t.deadLetters;
  return request.redirect(view.href("/dead-letters"), hasMore ? t.replayedSome(count) : t.replayedAll(count));
}

/** One request to the service replays fewer. */
async function replayTogether(
  deadLetters: DeadLetterServices["deadLetters"],
  caller: Caller,
  input: ReplayLettersInput,
): Promise<{ readonly count: number; readonly hasMore: boolean }> {
  let count = 0;
  let hasMore = true;
  while (hasMore && count < MAX_REPLAYED_TOGETHER) {
    const step = await deadLetters.replayAll(caller, input);
    count += step.replayed;
    hasMore = step.hasMore;
  }
  return { count, hasMore };
}

/** What services take; undefined for a type that none can have. */
function toFilter({ script, type, from, to }: z.output<typeof filterFields>) {
  if (type !== undefined && !eventType.safeParse(type).success) return undefined;
  return { script, type, from: toMoment(from), to: toMoment(to) };
}

/** Somebody may be in the middle of typing a script's name. */
async function unlessUnknownScript<Found>(finding: Promise<Found>): Promise<Found | undefined> {
  try {
    return await finding;
  } catch (error) {
    if (error instanceof SkerryError && error.code === "SCRIPT_NOT_FOUND") return undefined;
    throw error;
  }
}

/** Newest first; none for those who may not see scripts, undefined for a script that was deleted. */
async function listVersions(
  { scripts }: DeadLetterServices,
  caller: Caller,
  scriptId: string,
): Promise<readonly number[] | undefined> {
  if (!caller.principal.permissions.has("scripts.read")) return [];
  const page = await unlessUnknownScript(scripts.listVersions(caller, scriptId, { limit: MAX_VERSIONS }));
  return page?.items.map((each) => each.version);
}
