import { CodeBlock } from "../../web/parts/code-block.tsx";
import { Notice } from "../../web/parts/notice.tsx";
import { PageHeader } from "../../web/parts/page-header.tsx";
import type { View } from "../../web/view.ts";
import type { CreatedApiKey } from "../service.ts";

/** A new key, whose text is in this page and nowhere else. */
export function CreatedKeyPage({ view, created }: { readonly view: View; readonly created: CreatedApiKey }) {
  const t = view.t.keys;
  return (
    <>
      <PageHeader title={t.createdTitle(created.apiKey.name)}>
        <a class="button" href={view.href("/keys")}>
          {t.back}
        </a>
      </PageHeader>
      <section class="panel stack">
        <Notice tone="warn">{t.createdText}</Notice>
        <CodeBlock view={view} text={created.key} label={t.title} copy />
      </section>
    </>
  );
}
