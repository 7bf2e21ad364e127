import { Field } from "../../web/parts/field.tsx";
import { Notice } from "../../web/parts/notice.tsx";
import { PageHeader } from "../../web/parts/page-header.tsx";
import type { View } from "../../web/view.ts";

export interface NewTenantPageProps {
  readonly view: View;
  readonly plans: readonly string[];
  /** What was typed before it was refused. */
  readonly typed?: Readonly<Record<string, string | string[]>>;
  readonly errors?: ReadonlyMap<string, string>;
}

/** A form for one more customer of the host. */
export function NewTenantPage({ view, plans, typed = {}, errors = new Map() }: NewTenantPageProps) {
  const t = view.t.operator.tenants;
  const valueOf = (name: string): string => [typed[name] ?? ""].flat()[0] ?? "";
  const general = errors.get("");
  return (
    <>
      <PageHeader title={t.new} />
      <form class="panel form" method="post" action={view.href("/tenants/new")}>
        {general !== undefined && <Notice tone="bad">{general}</Notice>}
        <Field label={t.name} name="name" error={errors.get("name")}>
          <input value={valueOf("name")} required maxlength={200} />
        </Field>
        <Field label={t.id} name="id" hint={t.idHint} error={errors.get("id")}>
          <input class="mono" value={valueOf("id")} maxlength={63} pattern="[a-z0-9][a-z0-9\-]*" />
        </Field>
        <Field label={t.plan} name="plan" error={errors.get("plan")}>
          <select>
            {plans.map((plan) => (
              <option selected={plan === valueOf("plan")}>{plan}</option>
            ))}
          </select>
        </Field>
        <div class="actions">
          <button class="primary">{t.create}</button>
        </div>
      </form>
    </>
  );
}
