import { ConfirmButton } from "../../web/parts/confirm-button.tsx";
import { StatusBadge } from "../../web/parts/status-badge.tsx";
import { RelativeTime } from "../../web/parts/times.tsx";
import type { View } from "../../web/view.ts";
import type { Tenant } from "../tenant.ts";

export interface TenantRowProps {
  readonly view: View;
  readonly tenant: Tenant;
  readonly plans: readonly string[];
}

/** One tenant with what may be done to it. */
export function TenantRow({ view, tenant, plans }: TenantRowProps) {
  return (
    <tr id={`tenant-${tenant.id}`}>
      <th scope="row">
        <a href={view.link(`/t/${tenant.id}/scripts`)}>{tenant.name}</a>
      </th>
      <td class="mono">{tenant.id}</td>
      <td>
        <PlanForm view={view} tenant={tenant} plans={plans} />
      </td>
      <td>
        <StatusBadge status={tenant.status} view={view} />
      </td>
      <td>
        <RelativeTime at={tenant.createdAt} view={view} />
      </td>
      <td class="actions-cell">
        <TenantActions view={view} tenant={tenant} />
      </td>
    </tr>
  );
}

function PlanForm({ view, tenant, plans }: TenantRowProps) {
  const t = view.t.operator.tenants;
  const action = view.href(`/tenants/${tenant.id}/plan`);
  if (plans.length === 1 && plans[0] === tenant.plan) return <>{tenant.plan}</>;
  return (
    <form
      method="post"
      action={action}
      hx-post={action}
      hx-trigger="change"
      hx-target="closest tr"
      hx-swap="outerHTML"
    >
      <select name="plan" aria-label={`${t.changePlan}: ${tenant.name}`}>
        {plans.map((plan) => (
          <option selected={plan === tenant.plan}>{plan}</option>
        ))}
      </select>
      <noscript>
        <button>{t.changePlan}</button>
      </noscript>
    </form>
  );
}

function TenantActions({ view, tenant }: Pick<TenantRowProps, "view" | "tenant">) {
  const t = view.t.operator.tenants;
  const at = (verb: string): string => view.href(`/tenants/${tenant.id}/${verb}`);
  return (
    <>
      {tenant.status === "suspended" ? (
        <form
          method="post"
          action={at("resume")}
          hx-post={at("resume")}
          hx-target={`#tenant-${tenant.id}`}
          hx-swap="outerHTML"
        >
          <button>{t.resume}</button>
        </form>
      ) : (
        <ConfirmButton
          view={view}
          label={t.suspend}
          question={t.suspendQuestion(tenant.name)}
          detail={t.suspendDetail}
          action={at("suspend")}
          buttonClass=""
          target={`#tenant-${tenant.id}`}
        />
      )}
      <ConfirmButton
        view={view}
        label={t.delete}
        question={t.deleteQuestion(tenant.name)}
        detail={t.deleteDetail}
        typed={tenant.id}
        action={at("delete")}
      />
    </>
  );
}
