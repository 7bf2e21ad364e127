import cronstrue from "cronstrue/dist/cronstrue-i18n.js";
import type { Language } from "../web/messages/messages.ts";

/** What a cron pattern means, e.g. `At 09:00, Monday through Friday`; the pattern itself where there are no words for it. */
export function describeCron(cron: string, language: Language): string {
  try {
    return cronstrue.toString(cron, { locale: language, use24HourTimeFormat: true });
  } catch {
    // Croner, by whose rules schedules run, knows a little more than there are words for.
    return cron;
  }
}
