import type { Page } from "../../rest/paging.ts";
import { EmptyState } from "../../web/parts/empty-state.tsx";
import { PageHeader } from "../../web/parts/page-header.tsx";
import { Pager } from "../../web/parts/pager.tsx";
import { TableHead } from "../../web/parts/table-head.tsx";
import type { View } from "../../web/view.ts";
import type { Tenant } from "../tenant.ts";
import { TenantRow } from "./tenant-row.tsx";

export interface TenantListProps {
  readonly view: View;
  readonly query: { readonly cursor?: string | undefined };
  readonly tenants: Page<Tenant>;
  readonly plans: readonly string[];
}

/** The customers of the host. */
export function TenantList({ view, query, tenants, plans }: TenantListProps) {
  const t = view.t.operator.tenants;
  return (
    <>
      <PageHeader title={t.title}>
        <a class="button primary" href={view.href("/tenants/new")}>
          {t.new}
        </a>
      </PageHeader>
      <div id="list" class="scroll">
        {tenants.items.length === 0 ? (
          <EmptyState title={t.none} text={t.noneText} />
        ) : (
          <table class="list" aria-label={t.title}>
            <TableHead columns={[t.name, t.id, t.plan, t.status, t.created, { unseen: t.actions }]} />
            <tbody>
              {tenants.items.map((tenant) => (
                <TenantRow view={view} tenant={tenant} plans={plans} />
              ))}
            </tbody>
          </table>
        )}
      </div>
      <Pager view={view} path="/tenants" query={query} nextCursor={tenants.nextCursor} />
    </>
  );
}
