import { formatRelative } from "../client/relative-time.ts";
import type { View } from "../view.ts";
import { formatDuration } from "./quantities.ts";

export interface RelativeTimeProps {
  /** Null is shown as a dash. */
  readonly at: Date | null;
  readonly view: View;
}

/**
 * A moment as seen from now, with the moment itself in UTC on hover. `data-relative` tells the browser to keep it fresh
 * and in which style; it also puts the viewer's own time zone into the title.
 */
export function RelativeTime({ at, view }: RelativeTimeProps) {
  if (at === null) return <Nothing view={view} />;
  const { relativeStyle } = view.t.parts;
  return (
    <time datetime={at.toISOString()} title={formatMoment(at)} data-relative={relativeStyle}>
      {formatRelative(at.getTime(), Date.now(), view.language, relativeStyle)}
    </time>
  );
}

/** A moment in UTC, to the second. */
export function Time({ at }: { readonly at: Date }) {
  return (
    <time datetime={at.toISOString()} data-absolute="">
      {formatMoment(at)}
    </time>
  );
}

export interface DurationProps {
  /** Null is shown as a dash. */
  readonly ms: number | null;
  readonly view: View;
}

/** A length of time in the largest unit that fits. */
export function Duration({ ms, view }: DurationProps) {
  if (ms === null) return <Nothing view={view} />;
  return <span class="number">{formatDuration(ms, view.language)}</span>;
}

/** What stands where there is no value. */
export function Nothing({ view }: { readonly view: View }) {
  return (
    <span class="dim">
      <span aria-hidden="true">–</span>
      <span class="visually-hidden">{view.t.parts.nothing}</span>
    </span>
  );
}

/** `2026-11-22 17:50:03 UTC`, the same in all languages. */
export function formatMoment(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}
