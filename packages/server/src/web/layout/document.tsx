import type { PropsWithChildren } from "hono/jsx";
import type { Assets } from "../assets/assets.ts";
import type { DocumentOptions, Toast } from "../page.ts";
import type { View } from "../view.ts";
import { CommandPalette } from "./command-palette.tsx";
import { SideNavigation } from "./side-navigation.tsx";
import { ShortcutList } from "./shortcut-list.tsx";
import { ToastRegion } from "./toast-region.tsx";
import { TopBar } from "./top-bar.tsx";

export interface PageDocumentProps extends Omit<DocumentOptions, "status"> {
  readonly view: View;
  readonly assets: Assets;
  /** That the page before left. */
  readonly toast?: Required<Toast> | undefined;
}

/** A whole page: head, navigation, content, and the dialogs that every page has. */
export function PageDocument(props: PropsWithChildren<PageDocumentProps>) {
  const { view, section, toast, children } = props;
  const { t } = view;
  return (
    <html lang={view.language} data-theme={view.theme}>
      <DocumentHead {...props} />
      <body data-tenant={view.tenant?.id}>
        <a class="skip" href="#main">
          {t.layout.skipToContent}
        </a>
        <TopBar view={view} />
        <SideNavigation view={view} section={section} />
        <main id="main" tabindex={-1}>
          {children}
        </main>
        <CommandPalette view={view} />
        <ShortcutList view={view} />
        <ToastRegion view={view} toast={toast} />
      </body>
    </html>
  );
}

export interface DocumentHeadProps {
  readonly assets: Pick<Assets, "url">;
  readonly title: string;
  readonly editor?: boolean;
  readonly chart?: boolean;
}

/** Loads what the page needs and no more. */
export function DocumentHead({ assets, title, editor = false, chart = false }: DocumentHeadProps) {
  return (
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>{`${title} · Skerry`}</title>
      <link rel="icon" href="data:," />
      <link rel="stylesheet" href={assets.url("main.css")} />
      {editor && <link rel="stylesheet" href={assets.url("editor.css")} />}
      <script type="module" src={assets.url("main.js")}></script>
      {editor && <script type="module" src={assets.url("editor.js")}></script>}
      {chart && <script type="module" src={assets.url("chart.js")}></script>}
    </head>
  );
}
