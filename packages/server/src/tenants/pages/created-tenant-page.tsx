import { CodeBlock } from "../../web/parts/code-block.tsx";
import { Notice } from "../../web/parts/notice.tsx";
import { PageHeader } from "../../web/parts/page-header.tsx";
import type { View } from "../../web/view.ts";
import type { CreatedTenant } from "../service.ts";

/** What a new tenant is called and, this once, its first API key. */
export function CreatedTenantPage({
  view,
  created,
}: {
  readonly view: View;
  readonly created: CreatedTenant;
}) {
  const t = view.t.operator.tenants;
  const { tenant, apiKey } = created;
  return (
    <>
      <PageHeader title={t.createdToast(tenant.name)}>
        <a class="button primary" href={view.link(`/t/${tenant.id}/scripts`)}>
          {t.open}
        </a>
      </PageHeader>
      <section class="panel" aria-labelledby="first-key">
        <h2 id="first-key">{t.keyTitle}</h2>
        <Notice tone="warn">{t.keyText}</Notice>
        <CodeBlock view={view} text={apiKey} copy />
      </section>
    </>
  );
}
