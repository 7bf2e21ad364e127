import { EmptyState } from "../../web/parts/empty-state.tsx";
import { PageHeader } from "../../web/parts/page-header.tsx";
import { formatBytes } from "../../web/parts/quantities.ts";
import { StatusBadge } from "../../web/parts/status-badge.tsx";
import { Nothing, RelativeTime } from "../../web/parts/times.tsx";
import { TableHead } from "../../web/parts/table-head.tsx";
import type { View } from "../../web/view.ts";
import type { NodeRunner, SkerryNode } from "../node.ts";
import type { NodeListProps } from "./node-list.tsx";

/** The runners of all nodes: whose they are, what they hold and how old they are. */
export function RunnerList({ view, nodes }: NodeListProps) {
  const t = view.t.operator.runners;
  const live = nodes.filter(({ isLost }) => !isLost);
  const count = live.reduce((sum, { runners }) => sum + runners.length, 0);
  return (
    <>
      <PageHeader title={t.title} count={count} note={t.note} />
      <div id="list" class="scroll">
        {count === 0 ? (
          <EmptyState title={t.none} text={t.noneText} />
        ) : (
          <table class="list" aria-label={t.title}>
            <TableHead
              columns={[
                t.tenant,
                t.state,
                t.node,
                { figures: t.process },
                { figures: t.load },
                { figures: t.memory },
                t.age,
              ]}
            />
            <tbody>
              {live.flatMap((node) =>
                node.runners.map((runner) => <RunnerRow view={view} node={node} runner={runner} />),
              )}
            </tbody>
          </table>
        )}
      </div>
    </>
  );
}

interface RunnerRowProps {
  readonly view: View;
  readonly node: SkerryNode;
  readonly runner: NodeRunner;
}

function RunnerRow({ view, node, runner: { tenant, pid, load, memoryBytes, startedAt } }: RunnerRowProps) {
  return (
    <tr>
      <td>
        {tenant === null ? (
          <Nothing view={view} />
        ) : (
          <a href={view.link(`/t/${tenant}/executions`)}>{tenant}</a>
        )}
      </td>
      <td>
        <StatusBadge status={tenant === null ? "spare" : load > 0 ? "leased" : "idle"} view={view} />
      </td>
      <td>{node.host}</td>
      <td class="number mono">{pid ?? <Nothing view={view} />}</td>
      <td class="number">{load}</td>
      <td class="number">
        {memoryBytes === null ? <Nothing view={view} /> : formatBytes(memoryBytes, view.language)}
      </td>
      <td>
        <RelativeTime at={new Date(startedAt)} view={view} />
      </td>
    </tr>
  );
}
