import type { View } from "../view.ts";
import { formatBytes, formatCount, formatDuration } from "./quantities.ts";

const NEAR = 0.8;

const FORMATS = { count: formatCount, bytes: formatBytes, ms: formatDuration } as const;

export interface MeterProps {
  readonly label: string;
  readonly value: number;
  /** Null where there is no limit. */
  readonly max: number | null;
  readonly unit: keyof typeof FORMATS;
  readonly view: View;
}

/** How much of a limit is used; from 80 % on it warns, at the limit it is red. */
export function Meter({ label, value, max, unit, view }: MeterProps) {
  const { unlimited, usedOf } = view.t.parts;
  const format = (amount: number) => FORMATS[unit](amount, view.language);
  const text = usedOf(format(value), max === null ? unlimited : format(max));
  const share = max === null || value === 0 ? 0 : Math.min(1, value / max);
  return (
    <div class={`meter ${meterTone(share)}`}>
      <div class="meter-text">
        <span>{label}</span>
        <span class="number">{text}</span>
      </div>
      {max !== null && (
        <div
          class="track"
          role="meter"
          aria-label={label}
          aria-valuemin="0"
          aria-valuemax={max}
          aria-valuenow={Math.min(value, max)}
          aria-valuetext={text}
        >
          <div class="bar" style={`width: ${(share * 100).toFixed(1)}%`} />
        </div>
      )}
    </div>
  );
}

function meterTone(share: number): string {
  if (share >= 1) return "bad";
  return share >= NEAR ? "warn" : "";
}
