import type { View } from "../view.ts";
import { formatDuration } from "./quantities.ts";

export interface WaterfallBar {
  readonly label: string;
  /** After the beginning. */
  readonly startMs: number;
  readonly durationMs: number;
  /** Default `accent`. */
  readonly tone?: "accent" | "good" | "bad" | "warn" | "quiet";
}

export interface WaterfallProps {
  readonly label: string;
  /** What the whole width stands for. */
  readonly totalMs: number;
  readonly bars: readonly WaterfallBar[];
  readonly view: View;
}

/** What was over at once is still to be seen. */
const MIN_SHARE = 0.004;

/** What happened when, one row for each thing. */
export function Waterfall({ label, totalMs, bars, view }: WaterfallProps) {
  const percent = (ms: number) => `${Math.min(100, (ms / Math.max(totalMs, 1e-6)) * 100).toFixed(2)}%`;
  return (
    <ol class="waterfall" aria-label={label}>
      {bars.map(({ label, startMs, durationMs, tone = "accent" }) => (
        <li>
          <span class="waterfall-label" title={label}>
            {label}
          </span>
          <svg aria-hidden="true">
            <rect
              class={tone}
              x={percent(startMs)}
              width={percent(Math.max(durationMs, totalMs * MIN_SHARE))}
              y="4"
              height="12"
              rx="2"
            />
          </svg>
          <span class="number">{formatDuration(durationMs, view.language)}</span>
        </li>
      ))}
    </ol>
  );
}
