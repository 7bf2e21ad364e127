import { PageHeader } from "../../web/parts/page-header.tsx";
import { formatCount } from "../../web/parts/quantities.ts";
import { Duration } from "../../web/parts/times.tsx";
import { TableHead } from "../../web/parts/table-head.tsx";
import type { View } from "../../web/view.ts";
import type { InstallationState } from "../node.ts";

export interface QueueProps {
  readonly view: View;
  readonly state: InstallationState;
}

/** What is queued, how long it waits, and whose it is. */
export function QueuePage({ view, state }: QueueProps) {
  const t = view.t.operator.jobs;
  return (
    <>
      <PageHeader title={t.title} note={t.note} />
      <JobCounts view={view} state={state} />
      <section class="stack" aria-labelledby="busiest">
        <h2 id="busiest">{t.busiest}</h2>
        {state.busiest.length === 0 ? (
          <p class="dim">{t.nobody}</p>
        ) : (
          <BusiestTenants view={view} state={state} />
        )}
      </section>
    </>
  );
}

/** Depth of the queue and the longest wait, as figures. */
export function JobCounts({ view, state: { jobs, oldestWaitMs } }: QueueProps) {
  const t = view.t.operator.jobs;
  const figures = [
    { label: t.ready, value: formatCount(jobs.ready, view.language) },
    { label: t.running, value: formatCount(jobs.running, view.language) },
    { label: t.held, value: formatCount(jobs.held, view.language) },
    { label: t.scheduled, value: formatCount(jobs.scheduled, view.language) },
    {
      label: t.oldest,
      value: oldestWaitMs === null ? t.noneWait : <Duration ms={oldestWaitMs} view={view} />,
    },
  ];
  return (
    <dl class="tiles small" aria-label={t.title}>
      {figures.map(({ label, value }) => (
        <div class="panel figure">
          <dt>{label}</dt>
          <dd>
            <strong>{value}</strong>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function BusiestTenants({ view, state }: QueueProps) {
  const t = view.t.operator.jobs;
  return (
    <div class="scroll">
      <table class="list" aria-labelledby="busiest">
        <TableHead columns={[t.tenant, { figures: t.count }]} />
        <tbody>
          {state.busiest.map(({ tenantId, ready }) => (
            <tr>
              <td>
                <a href={view.link(`/t/${tenantId}/executions?status=pending`)}>{tenantId}</a>
              </td>
              <td class="number">{formatCount(ready, view.language)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
