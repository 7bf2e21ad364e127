import type { ExecutionLimits } from "@skerry/sandbox";
import type { Child } from "hono/jsx";
import { MAX_LIMITS } from "../../plans/limits.ts";
import { Actor } from "../../web/parts/actor.tsx";
import { CopyButton } from "../../web/parts/copy-button.tsx";
import { KeyValues } from "../../web/parts/key-values.tsx";
import type { KeyValue } from "../../web/parts/key-values.tsx";
import { Meter } from "../../web/parts/meter.tsx";
import { formatBytes, formatCount, formatDuration } from "../../web/parts/quantities.ts";
import { StatusBadge } from "../../web/parts/status-badge.tsx";
import { Duration, RelativeTime } from "../../web/parts/times.tsx";
import type { View } from "../../web/view.ts";
import type { Execution } from "../execution.ts";
import type { ExecutionDetails } from "./details.ts";
import { shortId } from "./execution-row.tsx";

export interface ExecutionFactsProps {
  readonly view: View;
  readonly details: ExecutionDetails;
}

const MEBIBYTE = 1024 * 1024;

const FORMATS = { ms: formatDuration, bytes: formatBytes, count: formatCount } as const;

/** Where it comes from, what it used of what it may, and its relatives. */
export function ExecutionFacts({ view, details }: ExecutionFactsProps) {
  const t = view.t.executions;
  const { execution, limits, attempts, children } = details;
  return (
    <aside id="facts" class="stack" aria-label={t.facts}>
      <div class="panel">
        <KeyValues items={listFacts(view, details)} />
      </div>
      {execution.durationMs !== null && <Used view={view} execution={execution} limits={limits} />}
      <Relatives view={view} title={t.attempts} current={execution.id} relatives={attempts} />
      <Relatives view={view} title={t.children} current={execution.id} relatives={children.items}>
        {children.nextCursor !== null && (
          <a href={view.href("/executions", { parent: execution.id })}>{t.allChildren}</a>
        )}
      </Relatives>
    </aside>
  );
}

function listFacts(view: View, { execution, actorNames }: ExecutionDetails): KeyValue[] {
  const t = view.t.executions;
  const { id, trigger, attempt, actor, createdAt, startAfter, startedAt, completedAt, traceId } = execution;
  const link = (path: string, text: string) => <a href={view.href(path)}>{text}</a>;
  const facts: readonly (readonly [label: string, value: Child | null])[] = [
    [t.id, <Copyable view={view} text={id} label={view.t.parts.copy} />],
    [t.trigger, t.triggers[trigger]],
    [t.attempt, attempt],
    [t.created, <RelativeTime at={createdAt} view={view} />],
    [t.startAfter, startAfter && <RelativeTime at={startAfter} view={view} />],
    [t.started, startedAt && <RelativeTime at={startedAt} view={view} />],
    [t.completed, completedAt && <RelativeTime at={completedAt} view={view} />],
    [t.queued, execution.queuedMs === null ? null : <Duration ms={execution.queuedMs} view={view} />],
    [t.actor, actor && <Actor view={view} actor={actor} names={actorNames} />],
    [
      t.replayOf,
      execution.replayOf && link(`/executions/${execution.replayOf}`, shortId(execution.replayOf)),
    ],
    [t.parent, execution.parentId && link(`/executions/${execution.parentId}`, shortId(execution.parentId))],
    [t.event, execution.eventId && <EventLink view={view} eventId={execution.eventId} />],
    [
      t.request,
      execution.requestId && (
        <a href={view.href("/executions", { requestId: execution.requestId })}>{execution.requestId}</a>
      ),
    ],
    [t.trace, traceId && <Copyable view={view} text={traceId} label={t.copyTrace} />],
  ];
  return facts.flatMap(([label, value]) => (value === null ? [] : [{ label, value }]));
}

interface CopyableProps {
  readonly view: View;
  readonly text: string;
  readonly label: string;
}

function Copyable({ view, text, label }: CopyableProps) {
  return (
    <span class="row">
      <code class="truncate">{text}</code>
      <CopyButton view={view} text={text} label={label} />
    </span>
  );
}

function EventLink({ view, eventId }: { readonly view: View; readonly eventId: string }) {
  if (!view.can("events.read")) return <>{eventId}</>;
  return <a href={view.href(`/events/${encodeURIComponent(eventId)}`)}>{eventId}</a>;
}

interface UsedProps {
  readonly view: View;
  readonly execution: Execution;
  readonly limits: ExecutionLimits | undefined;
}

function Used({ view, execution, limits }: UsedProps) {
  const used = measureUsage(view, execution, limits);
  return (
    <section class="panel" aria-labelledby="usage-title">
      <h2 id="usage-title">{view.t.executions.usage}</h2>
      {limits === undefined ? (
        <KeyValues
          items={used.map(({ label, value, unit }) => ({
            label,
            value: FORMATS[unit](value, view.language),
          }))}
        />
      ) : (
        used.map((meter) => <Meter view={view} {...meter} />)
      )}
    </section>
  );
}

function measureUsage(view: View, execution: Execution, limits: ExecutionLimits | undefined) {
  const t = view.t.executions;
  const { cpuMs, durationMs, memoryPeakBytes, capabilityCalls } = execution;
  const { cpuMs: maxCpuMs, wallMs, memoryMb, capabilityCalls: maxCalls } = limits ?? MAX_LIMITS;
  return [
    { label: t.cpu, value: cpuMs ?? 0, max: maxCpuMs, unit: "ms" },
    { label: t.duration, value: durationMs ?? 0, max: wallMs, unit: "ms" },
    ...(memoryPeakBytes === null
      ? []
      : [{ label: t.memory, value: memoryPeakBytes, max: memoryMb * MEBIBYTE, unit: "bytes" } as const]),
    { label: t.calls, value: capabilityCalls ?? 0, max: maxCalls, unit: "count" },
  ] as const;
}

interface RelativesProps {
  readonly view: View;
  readonly title: string;
  /** Of the execution that is shown. */
  readonly current: string;
  readonly relatives: readonly Execution[];
  readonly children?: Child;
}

function Relatives({ view, title, current, relatives, children }: RelativesProps) {
  if (relatives.length === 0) return null;
  return (
    <section class="panel relatives">
      <h2>{title}</h2>
      <ol>
        {relatives.map(({ id, attempt, status, durationMs }) => (
          <li>
            <a
              class="mono"
              href={view.href(`/executions/${id}`)}
              aria-current={id === current ? "page" : undefined}
            >
              {shortId(id)}
            </a>
            <span class="dim">{view.t.executions.attemptOf(attempt)}</span>
            <StatusBadge status={status} view={view} />
            <Duration ms={durationMs} view={view} />
          </li>
        ))}
      </ol>
      {children}
    </section>
  );
}
