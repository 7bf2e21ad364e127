import { PageHeader } from "../../web/parts/page-header.tsx";
import { StatusBadge } from "../../web/parts/status-badge.tsx";
import { RelativeTime } from "../../web/parts/times.tsx";
import { TableHead } from "../../web/parts/table-head.tsx";
import type { View } from "../../web/view.ts";
import type { SkerryNode } from "../node.ts";

export interface NodeListProps {
  readonly view: View;
  readonly nodes: readonly SkerryNode[];
}

/** The nodes of the installation and what their pools do. */
export function NodeList({ view, nodes }: NodeListProps) {
  const t = view.t.operator.nodes;
  return (
    <>
      <PageHeader title={t.title} count={nodes.length} note={t.note} />
      <div id="list" class="scroll">
        <table class="list" aria-label={t.title}>
          <TableHead
            columns={[
              t.host,
              t.state,
              t.role,
              t.version,
              t.isolation,
              t.started,
              t.seen,
              t.runners,
              { figures: t.warm },
              t.ended,
            ]}
          />
          <tbody>
            {nodes.map((node) => (
              <NodeRow view={view} node={node} />
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function NodeRow({ view, node }: { readonly view: View; readonly node: SkerryNode }) {
  const { pool } = node;
  const ended = Object.entries(pool.ended).map(([reason, count]) => `${reason} ${count}`);
  return (
    <tr>
      <th scope="row">
        {node.host} <span class="dim mono">{node.pid}</span>
      </th>
      <td>
        <StatusBadge status={node.isLost ? "lost" : "active"} view={view} />
      </td>
      <td>{node.role}</td>
      <td class="mono">{node.version}</td>
      <td>{node.isolation}</td>
      <td>
        <RelativeTime at={node.startedAt} view={view} />
      </td>
      <td>
        <RelativeTime at={node.seenAt} view={view} />
      </td>
      <td>
        {pool.leased} {view.t.parts.statuses.leased} · {pool.spares} {view.t.parts.statuses.spare}
      </td>
      <td class="number">{formatShare(pool.warmLeases, pool.coldLeases, view.language)}</td>
      <td class="dim">{ended.join(", ")}</td>
    </tr>
  );
}

/** Of the leases, those that a spare served. */
function formatShare(warm: number, cold: number, language: string): string {
  if (warm + cold === 0) return "–";
  return new Intl.NumberFormat(language, { style: "percent" }).format(warm / (warm + cold));
}
