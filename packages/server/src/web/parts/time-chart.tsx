import { raw } from "hono/html";
import type { View } from "../view.ts";
import { formatMoment } from "./times.tsx";

export interface ChartLine {
  readonly name: string;
  /** One for each time; null where there is none. */
  readonly values: readonly (number | null)[];
  /** Default `accent`. */
  readonly tone?: "accent" | "good" | "bad" | "warn" | "quiet";
}

export interface TimeSeries {
  /** Ascending. */
  readonly times: readonly Date[];
  readonly lines: readonly ChartLine[];
  /** Default `line`. */
  readonly kind?: "line" | "bars";
  /** Default `count`. */
  readonly unit?: "count" | "ms" | "bytes";
}

export interface TimeChartProps {
  readonly label: string;
  readonly series: TimeSeries;
  readonly view: View;
}

/**
 * Values over time. On pages with `chart: true` the element `<x-chart>` draws the data that stands in it as JSON; the
 * same is in a table for those who read rather than look.
 */
export function TimeChart({ label, series, view }: TimeChartProps) {
  return (
    <figure class="chart">
      <figcaption>{label}</figcaption>
      <x-chart role="img" aria-label={label}>
        <script type="application/json">{raw(serialize(series))}</script>
      </x-chart>
      <details>
        <summary>{view.t.parts.chartAsTable}</summary>
        <ChartTable series={series} view={view} label={label} />
      </details>
    </figure>
  );
}

function ChartTable({ series, view, label }: TimeChartProps) {
  return (
    <div class="scroll" tabindex={0} role="region" aria-label={label}>
      <table class="list">
        <thead>
          <tr>
            <th scope="col">{view.t.parts.time}</th>
            {series.lines.map(({ name }) => (
              <th scope="col" class="number">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {series.times.map((time, index) => (
            <tr>
              <td>{formatMoment(time)}</td>
              {series.lines.map(({ values }) => (
                <td class="number">{values[index] ?? "–"}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Times in seconds, as charts count. A `<` could end the script element early. */
function serialize({ times, lines, kind = "line", unit = "count" }: TimeSeries): string {
  const data = { times: times.map((time) => time.getTime() / 1_000), lines, kind, unit };
  return JSON.stringify(data).replaceAll("<", String.raw`\u003c`);
}
