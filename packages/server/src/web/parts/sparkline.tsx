import { statusTone } from "./status-badge.tsx";
import type { Status } from "./status-badge.tsx";

const HEIGHT = 20;
const STEP = 4;

export interface SparkBar {
  readonly value: number;
  readonly status: Status;
}

export interface SparklineProps {
  /** From the oldest to the newest; bars may have a status, which colours them. */
  readonly values: readonly (number | SparkBar)[];
  /** What it says, for those who do not see it. */
  readonly label: string;
}

/** A small bar chart within a line of text; heights are relative to the largest value. */
export function Sparkline({ values, label }: SparklineProps) {
  const bars = values.map((bar) => (typeof bar === "number" ? { value: bar, status: undefined } : bar));
  const largest = Math.max(1e-9, ...bars.map(({ value }) => value));
  const width = Math.max(1, bars.length) * STEP;
  return (
    <svg class="sparkline" role="img" aria-label={label} width={width} height={HEIGHT}>
      {bars.map(({ value, status }, index) => {
        const height = Math.max(2, Math.round((value / largest) * HEIGHT));
        return (
          <rect
            class={status && statusTone(status)}
            x={index * STEP}
            y={HEIGHT - height}
            width={STEP - 1}
            height={height}
          />
        );
      })}
    </svg>
  );
}
