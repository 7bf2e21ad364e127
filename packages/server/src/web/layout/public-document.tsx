import type { PropsWithChildren } from "hono/jsx";
import type { Assets } from "../assets/assets.ts";
import type { View } from "../view.ts";
import { Brand } from "./brand.tsx";
import { DocumentHead } from "./document.tsx";
import { LanguageChoice, ThemeToggle } from "./look-controls.tsx";

/** How somebody who is not signed in sees a page. */
export type PublicView = Pick<View, "t" | "language" | "theme" | "location" | "link">;

export interface PublicDocumentProps {
  readonly view: PublicView;
  readonly assets: Pick<Assets, "url">;
  readonly title: string;
}

/** A whole page for those who are not signed in: without navigation. */
export function PublicDocument({ view, assets, title, children }: PropsWithChildren<PublicDocumentProps>) {
  return (
    <html lang={view.language} data-theme={view.theme}>
      <DocumentHead assets={assets} title={title} />
      <body class="public">
        <a class="skip" href="#main">
          {view.t.layout.skipToContent}
        </a>
        <header>
          <Brand view={view} />
          <LanguageChoice view={view} />
          <ThemeToggle view={view} />
        </header>
        <main id="main" tabindex={-1}>
          {children}
        </main>
      </body>
    </html>
  );
}
