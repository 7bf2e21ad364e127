import type { IsolationReport } from "@skerry/sandbox";
import { KeyValues } from "../../web/parts/key-values.tsx";
import { Meter } from "../../web/parts/meter.tsx";
import { PageHeader } from "../../web/parts/page-header.tsx";
import { formatBytes } from "../../web/parts/quantities.ts";
import { Icon } from "../../web/parts/icon.tsx";
import { TableHead } from "../../web/parts/table-head.tsx";
import type { View } from "../../web/view.ts";
import type { InstallationState, SkerryNode } from "../node.ts";
import { JobCounts } from "./queue-page.tsx";

export interface OverviewPageProps {
  readonly view: View;
  /** Of the node that answers. */
  readonly isolation: IsolationReport;
  readonly nodes: readonly SkerryNode[];
  readonly state: InstallationState;
}

/** How the installation does: nodes, queue, database and walls. */
export function OverviewPage({ view, isolation, nodes, state }: OverviewPageProps) {
  const t = view.t.operator;
  return (
    <>
      <PageHeader title={t.overview} note={t.nodes.count(nodes.length)} />
      <JobCounts view={view} state={state} />
      <DatabaseCard view={view} database={state.database} />
      <IsolationCard view={view} isolation={isolation} />
    </>
  );
}

function DatabaseCard({
  view,
  database,
}: {
  readonly view: View;
  readonly database: InstallationState["database"];
}) {
  const t = view.t.operator;
  return (
    <section class="panel" aria-labelledby="database">
      <h2 id="database">{t.database}</h2>
      <KeyValues
        items={[
          { label: t.databaseVersion, value: database.version },
          { label: t.databaseSize, value: formatBytes(database.bytes, view.language) },
        ]}
      />
      <Meter
        view={view}
        label={t.connections}
        value={database.connections}
        max={database.maxConnections}
        unit="count"
      />
    </section>
  );
}

function IsolationCard({ view, isolation }: Pick<OverviewPageProps, "view" | "isolation">) {
  const t = view.t.operator;
  return (
    <section class="panel" aria-labelledby="isolation">
      <h2 id="isolation">{t.isolation(isolation.level)}</h2>
      <div class="scroll">
        <table class="list" aria-labelledby="isolation">
          <TableHead columns={[t.wall, t.state, t.detail]} />
          <tbody>
            {isolation.walls.map(({ name, active, detail }) => (
              <tr>
                <th scope="row">{name}</th>
                <td>
                  <span class={`status ${active ? "good" : "bad"}`}>
                    <Icon name={active ? "check" : "cross"} />
                    {active ? t.wallActive : t.wallMissing}
                  </span>
                </td>
                <td class="dim">{detail}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
