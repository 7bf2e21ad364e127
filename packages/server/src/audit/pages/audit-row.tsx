import { CodeDiff } from "../../web/parts/code-diff.tsx";
import { Nothing, RelativeTime } from "../../web/parts/times.tsx";
import type { View } from "../../web/view.ts";
import type { AuditRecord } from "../record.ts";

export interface AuditRowProps {
  readonly view: View;
  readonly record: AuditRecord;
  readonly actorName: string | undefined;
}

/** One change; what it changed unfolds. */
export function AuditRow({ view, record, actorName }: AuditRowProps) {
  const { seq, at, actor, action, target, address } = record;
  return (
    <tr>
      <td class="number dim">{seq}</td>
      <td>
        <RelativeTime at={at} view={view} />
      </td>
      <td title={actor}>{actorName ?? <span class="mono">{shorten(actor)}</span>}</td>
      <td class="mono">{action}</td>
      <td title={target.id}>
        {target.name ?? <span class="mono">{shorten(target.id)}</span>} <span class="dim">{target.type}</span>
      </td>
      <td class="mono dim">{address ?? <Nothing view={view} />}</td>
      <td>
        <Change view={view} record={record} />
      </td>
    </tr>
  );
}

function Change({ view, record: { action, before, after } }: Pick<AuditRowProps, "view" | "record">) {
  const t = view.t.audit;
  if (before === null && after === null) return <span class="dim">{t.noDetails}</span>;
  return (
    <details>
      <summary>{t.show}</summary>
      <CodeDiff view={view} label={t.changeOf(action)} before={format(before)} after={format(after)} />
    </details>
  );
}

function format(details: AuditRecord["before"]): string {
  return details === null ? "" : JSON.stringify(details, undefined, 2);
}

/** Ids are long, and their ends tell them apart. */
function shorten(id: string): string {
  return id.length <= 20 ? id : `${id.slice(0, 8)}…${id.slice(-6)}`;
}
