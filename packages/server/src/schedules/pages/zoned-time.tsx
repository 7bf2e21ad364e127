import { RelativeTime } from "../../web/parts/times.tsx";
import type { View } from "../../web/view.ts";

export interface ZonedTimeProps {
  readonly at: Date;
  /** Of the IANA database. */
  readonly timezone: string;
  readonly view: View;
}

/** A moment as seen from now, and by the clocks of a schedule's own time zone. */
export function ZonedTime({ at, timezone, view }: ZonedTimeProps) {
  return (
    <>
      <RelativeTime at={at} view={view} />
      <small class="dim number">{formatInZone(at, timezone, view)}</small>
    </>
  );
}

/** Seconds are told where there are any. */
function formatInZone(at: Date, timeZone: string, { language }: View): string {
  const format = new Intl.DateTimeFormat(language, {
    timeZone,
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    ...(at.getTime() % 60_000 !== 0 && { second: "2-digit" }),
    hourCycle: "h23",
  });
  return format.format(at);
}
