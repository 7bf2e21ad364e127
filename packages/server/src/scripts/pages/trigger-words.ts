import type { ScriptType } from "../../db/schema.ts";
import { pathOf } from "../../endpoints/registration.ts";
import { describeCron } from "../../schedules/cron-words.ts";
import type { View } from "../../web/view.ts";
import type { ScriptSettings } from "../settings.ts";

export interface TriggerFacts {
  readonly type: ScriptType;
  readonly name: string;
  readonly settings: ScriptSettings;
}

/** What starts a script, and whether the words are meant for machines, as paths and types of events are. */
export interface TriggerWords {
  readonly text: string;
  readonly isMono: boolean;
}

/** Tells what starts a script, e.g. `At 09:00, Monday through Friday (Europe/Paris)` or `POST /orders`. */
export function describeTrigger({ t, language }: View, { type, name, settings }: TriggerFacts): TriggerWords {
  const { cron = "", timezone = "UTC", methods, events = [] } = settings;
  switch (type) {
    case "scheduled":
      return { text: t.scriptSettings.inZone(describeCron(cron, language), timezone), isMono: false };
    case "http": {
      const path = pathOf({ name, settings });
      const text = methods === undefined ? t.scripts.anyMethod(path) : `${methods.join(", ")} ${path}`;
      return { text, isMono: true };
    }
    case "event":
      return { text: events.join(", "), isMono: true };
    default:
      return { text: t.scripts.triggers[type], isMono: false };
  }
}
