import type { Statistics } from "../../executions/statistics.ts";
import { LIMIT_NAMES } from "../../plans/limits.ts";
import { QUOTA_NAMES } from "../../plans/plan.ts";
import { EmptyState } from "../../web/parts/empty-state.tsx";
import { Meter } from "../../web/parts/meter.tsx";
import { Notice } from "../../web/parts/notice.tsx";
import { PageHeader } from "../../web/parts/page-header.tsx";
import { TimeChart } from "../../web/parts/time-chart.tsx";
import type { ChartLine, TimeSeries } from "../../web/parts/time-chart.tsx";
import { RelativeTime } from "../../web/parts/times.tsx";
import { formatCount } from "../../web/parts/quantities.ts";
import { TableHead } from "../../web/parts/table-head.tsx";
import type { View } from "../../web/view.ts";
import type { TenantLimits } from "../quota.ts";
import { PERIODS } from "./periods.ts";
import { ScriptUsage } from "./script-usage.tsx";

export interface UsagePageProps {
  readonly view: View;
  readonly days: number;
  readonly limits: TenantLimits;
  readonly statistics: Statistics;
}

/** What is used of each quota, how executions went day by day and script by script, and the limits of one. */
export function UsagePage({ view, days, limits, statistics }: UsagePageProps) {
  const t = view.t.usage;
  const hasRun = statistics.scripts.length > 0;
  return (
    <>
      <PageHeader title={t.title} note={`${t.plan(limits.plan)}. ${t.retention(limits.retentionDays)}`}>
        <PeriodLinks view={view} days={days} />
      </PageHeader>
      <QuotaMeters view={view} quotas={limits.quotas} />
      {statistics.isPartial && <Notice>{t.partial}</Notice>}
      {hasRun ? (
        <>
          <DayCharts view={view} days={statistics.days} />
          <ScriptUsage view={view} statistics={statistics} />
        </>
      ) : (
        <EmptyState title={t.none} text={t.noneText} />
      )}
      <LimitTable view={view} limits={limits.limits} />
    </>
  );
}

function PeriodLinks({ view, days }: Pick<UsagePageProps, "view" | "days">) {
  const t = view.t.usage;
  return (
    <nav class="row" aria-label={t.period}>
      {PERIODS.map((period) => (
        <a
          class="button small"
          href={view.href("/usage", { days: period })}
          aria-current={period === days ? "true" : undefined}
        >
          {t.days(period)}
        </a>
      ))}
    </nav>
  );
}

function QuotaMeters({ view, quotas }: { readonly view: View; readonly quotas: TenantLimits["quotas"] }) {
  const t = view.t.usage;
  return (
    <section class="panel" aria-labelledby="quotas">
      <h2 id="quotas">{t.quotas}</h2>
      <ul class="tiles">
        {QUOTA_NAMES.map((name) => {
          const { limit, used, resetsAt } = quotas[name];
          const unit = name.toLowerCase().includes("bytes") ? "bytes" : "count";
          return (
            <li>
              <Meter view={view} label={t.quotaNames[name]} value={used} max={limit} unit={unit} />
              {resetsAt && (
                <p class="hint dim">
                  {t.resets} <RelativeTime at={resetsAt} view={view} />
                </p>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function DayCharts({ view, days }: { readonly view: View; readonly days: Statistics["days"] }) {
  const t = view.t.usage;
  const times = days.map(({ day }) => new Date(`${day}T00:00:00Z`));
  const draw = (lines: readonly ChartLine[], rest: Omit<TimeSeries, "times" | "lines"> = {}): TimeSeries => ({
    times,
    lines,
    ...rest,
  });
  const executions = draw(
    [
      { name: t.executions, values: days.map((day) => day.executions) },
      { name: t.failed, values: days.map((day) => day.failed), tone: "bad" },
    ],
    { kind: "bars" },
  );
  const cpu = draw([{ name: t.cpuSeconds, values: days.map(({ cpuMs }) => round(cpuMs / 1_000)) }], {
    kind: "bars",
  });
  const p95 = draw(
    [{ name: t.p95, values: days.map(({ p95Ms }) => (p95Ms === null ? null : round(p95Ms))) }],
    { kind: "bars", unit: "ms" },
  );
  return (
    <section class="stack" aria-labelledby="by-day">
      <h2 id="by-day">{t.byDay}</h2>
      <div class="tiles wide">
        <div class="panel">
          <TimeChart view={view} label={t.executions} series={executions} />
        </div>
        <div class="panel">
          <TimeChart view={view} label={t.cpuSeconds} series={cpu} />
        </div>
        <div class="panel">
          <TimeChart view={view} label={t.p95} series={p95} />
        </div>
      </div>
    </section>
  );
}

function LimitTable({ view, limits }: { readonly view: View; readonly limits: TenantLimits["limits"] }) {
  const t = view.t.usage;
  return (
    <section class="stack" aria-labelledby="limits">
      <h2 id="limits">{t.limits}</h2>
      <div class="scroll">
        <table class="list" aria-labelledby="limits">
          <TableHead columns={[t.limit, { figures: t.default }, { figures: t.max }]} />
          <tbody>
            {LIMIT_NAMES.map((name) => (
              <tr>
                <th scope="row" class="mono">
                  {name}
                </th>
                <td class="number">{formatCount(limits[name].default, view.language)}</td>
                <td class="number">{formatCount(limits[name].max, view.language)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** Two digits are as much as a chart shows. */
function round(value: number): number {
  return Math.round(value * 100) / 100;
}
