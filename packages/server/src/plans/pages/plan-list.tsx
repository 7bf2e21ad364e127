import { KeyValues } from "../../web/parts/key-values.tsx";
import { PageHeader } from "../../web/parts/page-header.tsx";
import { formatBytes, formatCount } from "../../web/parts/quantities.ts";
import { TableHead } from "../../web/parts/table-head.tsx";
import type { View } from "../../web/view.ts";
import { LIMIT_NAMES } from "../limits.ts";
import { QUOTA_NAMES } from "../plan.ts";
import type { Plans, Terms } from "../plan.ts";

/** What tenants of each plan may use. */
export function PlanList({ view, plans }: { readonly view: View; readonly plans: Plans }) {
  const t = view.t.operator.plans;
  return (
    <>
      <PageHeader title={t.title} count={plans.size} note={t.note} />
      {[...plans].map(([name, terms]) => (
        <section class="panel" aria-labelledby={`plan-${name}`}>
          <h2 id={`plan-${name}`}>{name}</h2>
          <KeyValues
            items={[
              { label: t.retention, value: t.days(terms.retentionDays) },
              { label: t.capabilities, value: <code>{terms.capabilities.join(" ")}</code> },
              { label: t.grants, value: <code>{terms.grants.join(" ")}</code> },
            ]}
          />
          <div class="tiles wide">
            <LimitTable view={view} limits={terms.limits} />
            <QuotaTable view={view} quotas={terms.quotas} />
          </div>
        </section>
      ))}
    </>
  );
}

function LimitTable({ view, limits }: { readonly view: View; readonly limits: Terms["limits"] }) {
  const t = view.t.operator.plans;
  return (
    <div class="scroll">
      <table class="list" aria-label={t.limit}>
        <TableHead columns={[t.limit, { figures: t.default }, { figures: t.max }]} />
        <tbody>
          {LIMIT_NAMES.map((name) => (
            <tr>
              <th scope="row" class="mono">
                {name}
              </th>
              <td class="number">{formatAmount(name, limits[name].default, view)}</td>
              <td class="number">{formatAmount(name, limits[name].max, view)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function QuotaTable({ view, quotas }: { readonly view: View; readonly quotas: Terms["quotas"] }) {
  const t = view.t.operator.plans;
  return (
    <div class="scroll">
      <table class="list" aria-label={t.quota}>
        <TableHead columns={[t.quota, { figures: t.amount }]} />
        <tbody>
          {QUOTA_NAMES.map((name) => (
            <tr>
              <th scope="row">{view.t.usage.quotaNames[name]}</th>
              <td class="number">{formatAmount(name, quotas[name], view)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function formatAmount(name: string, amount: number, { language }: View): string {
  return /bytes/i.test(name) ? formatBytes(amount, language) : formatCount(amount, language);
}
