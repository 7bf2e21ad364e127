import type { ScriptType } from "../../db/schema.ts";
import { describeCurl } from "../../endpoints/curl-command.ts";
import { endpointRootOf, endpointUrlOf } from "../../endpoints/endpoint-address.ts";
import { pathOf } from "../../endpoints/registration.ts";
import { createPatternTable } from "../../events/event-type.ts";
import type { PlatformServices } from "../../platform.ts";
import { urlOf } from "../../rest/site-address.ts";
import type { PageRequest } from "../../web/page.ts";
import type { ScriptSettings } from "../settings.ts";

/** What a trigger's settings come to. */
export type Meaning =
  | {
      readonly kind: "schedule";
      readonly cron: string;
      readonly timezone: string;
      /** The next five ticks, or fewer where there are no more. */
      readonly runs: readonly Date[];
    }
  | {
      readonly kind: "endpoint";
      readonly url: string;
      /** For a shell. */
      readonly command: string;
    }
  | {
      readonly kind: "events";
      /** Of the recent ones that fit, newest first. */
      readonly types: readonly MatchedType[];
      /** Whether there were any events at all. */
      readonly hasEvents: boolean;
      readonly isFiltered: boolean;
    }
  | { readonly kind: "wrong"; readonly message: string };

/** A type of event, how often it came of late, and when it last did. */
export interface MatchedType {
  readonly type: string;
  readonly count: number;
  readonly lastAt: Date;
}

export interface Trigger {
  readonly type: ScriptType;
  readonly scriptName: string;
  readonly settings: ScriptSettings;
}

const PREVIEWED_RUNS = 5;
const RECENT_EVENTS = 200;

/** What settings mean to whoever looks; undefined for types that are started by hand or by a call. */
export async function explainTrigger(
  { schedules, events }: Pick<PlatformServices, "schedules" | "events">,
  { caller, view, site, context }: PageRequest,
  { type, scriptName, settings }: Trigger,
): Promise<Meaning | undefined> {
  if (type === "scheduled" && settings.cron !== undefined) {
    const { cron, timezone = "UTC" } = settings;
    const { runs } = await schedules.preview(caller, { cron, timezone, count: PREVIEWED_RUNS });
    return { kind: "schedule", cron, timezone, runs };
  }
  // Without a path its name is the script's address, which may not have one yet.
  if (type === "http" && (scriptName !== "" || settings.path !== undefined)) {
    const path = pathOf({ name: scriptName, settings });
    const root = endpointRootOf(site, caller.tenantId, urlOf(site, context.req.url));
    const url = endpointUrlOf(root, path);
    const { methods: [method = "GET"] = [], auth = { type: "none" } } = settings;
    return { kind: "endpoint", url, command: describeCurl({ url, method, auth }) };
  }
  if (type === "event" && settings.events !== undefined && view.can("events.read")) {
    const { items } = await events.list(caller, { limit: RECENT_EVENTS });
    const types = countTypes(items, settings.events);
    return { kind: "events", types, hasEvents: items.length > 0, isFiltered: settings.filter !== undefined };
  }
  return undefined;
}

function countTypes(
  events: readonly { readonly type: string; readonly publishedAt: Date }[],
  patterns: readonly string[],
): MatchedType[] {
  const table = createPatternTable([{ patterns, value: true }]);
  const types = new Map<string, MatchedType>();
  for (const { type, publishedAt } of events) {
    if (table.match(type).length === 0) continue;
    const known = types.get(type);
    types.set(type, { type, count: (known?.count ?? 0) + 1, lastAt: known?.lastAt ?? publishedAt });
  }
  return [...types.values()];
}
