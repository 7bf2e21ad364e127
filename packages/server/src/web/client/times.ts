import { pageLanguage } from "./dom.ts";
import { formatRelative } from "./relative-time.ts";

const REFRESH_MS = 10_000;

/** Keeps ages fresh, and says every moment in the zone of who looks when the pointer rests on it. */
export function startTimes(): void {
  refreshTimes();
  setInterval(refreshTimes, REFRESH_MS);
  document.addEventListener("htmx:after:swap", refreshTimes);
  document.addEventListener("visibilitychange", refreshTimes);
}

function refreshTimes(): void {
  if (document.hidden) return;
  const language = pageLanguage();
  const absolute = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "long" });
  const now = Date.now();
  for (const time of document.querySelectorAll<HTMLTimeElement>("time[data-relative], time[data-absolute]")) {
    const at = Date.parse(time.dateTime);
    time.title = absolute.format(at);
    const style = time.dataset["relative"] as Intl.RelativeTimeFormatStyle | undefined;
    if (style !== undefined) time.textContent = formatRelative(at, now, language, style);
  }
}
