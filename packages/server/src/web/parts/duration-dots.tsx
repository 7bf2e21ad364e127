import type { View } from "../view.ts";
import { formatDuration } from "./quantities.ts";
import { statusTone } from "./status-badge.tsx";
import type { Status } from "./status-badge.tsx";

const HEIGHT = 72;
const EDGE = 8;

export interface DurationDot {
  readonly href: string;
  readonly durationMs: number;
  readonly status: Status;
}

export interface DurationDotsProps {
  readonly view: View;
  readonly label: string;
  /** From the oldest to the newest. */
  readonly dots: readonly DurationDot[];
}

/** How long executions took, on a logarithmic scale; a dot leads to its execution, as its row in the list does. */
export function DurationDots({ view, label, dots }: DurationDotsProps) {
  const logs = dots.map(({ durationMs }) => Math.log10(Math.max(0.1, durationMs)));
  const low = Math.floor(Math.min(0, ...logs));
  const high = Math.max(low + 1, Math.ceil(Math.max(...logs)));
  const y = (log: number) => HEIGHT - EDGE - ((log - low) / (high - low)) * (HEIGHT - 2 * EDGE);
  return (
    <figure class="dots" aria-label={label}>
      <svg aria-hidden="true" height={HEIGHT} width="100%">
        {[low, high].map((log) => (
          <>
            <line x1="0" x2="100%" y1={y(log)} y2={y(log)} />
            <text x="0" y={y(log) + (log === high ? 13 : -4)}>
              {formatDuration(10 ** log, view.language)}
            </text>
          </>
        ))}
        {dots.map(({ href, durationMs, status }, index) => (
          <a href={href} tabindex={-1}>
            <circle
              class={statusTone(status)}
              cx={`${(8 + (91 * (index + 0.5)) / dots.length).toFixed(2)}%`}
              cy={y(logs[index] ?? 0).toFixed(1)}
              r="4"
            >
              <title>{`${view.t.parts.statuses[status]}, ${formatDuration(durationMs, view.language)}`}</title>
            </circle>
          </a>
        ))}
      </svg>
    </figure>
  );
}
