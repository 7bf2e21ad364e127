import { CodeBlock } from "../../web/parts/code-block.tsx";
import { Notice } from "../../web/parts/notice.tsx";
import { PageHeader } from "../../web/parts/page-header.tsx";
import type { View } from "../../web/view.ts";

export interface SignInLinkPageProps {
  readonly view: View;
  readonly title: string;
  readonly address: string;
}

/** A link that signs a user in once; it is in this page and nowhere else. */
export function SignInLinkPage({ view, title, address }: SignInLinkPageProps) {
  const t = view.t.users;
  return (
    <>
      <PageHeader title={title}>
        <a class="button" href={view.href("/users")}>
          {t.back}
        </a>
      </PageHeader>
      <section class="panel stack">
        <Notice tone="warn">{t.linkText}</Notice>
        <CodeBlock view={view} text={address} label={t.link} copy />
      </section>
    </>
  );
}
