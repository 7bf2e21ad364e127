import type { Assets } from "../assets/assets.ts";
import { ToastRegion } from "../layout/toast-region.tsx";
import { LANGUAGE_HEADER } from "../preferences.ts";
import type { View } from "../view.ts";

export interface EmbedShellProps {
  readonly view: View;
  readonly assets: Pick<Assets, "url">;
  readonly origins: readonly string[];
  readonly script: string;
}

/** A document without navigation, into which the editor comes when there is a token. */
export function EmbedShell({ view, assets, origins, script }: EmbedShellProps) {
  return (
    <html lang={view.language} data-theme={view.theme} data-frame-ancestors={origins.join(" ")}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${script} · Skerry`}</title>
        <link rel="stylesheet" href={assets.url("main.css")} />
        <link rel="stylesheet" href={assets.url("editor.css")} />
        <script type="module" src={assets.url("embed.js")}></script>
        <script type="module" src={assets.url("editor.js")}></script>
      </head>
      <body class="embedded" hx-headers:inherited={JSON.stringify({ [LANGUAGE_HEADER]: view.language })}>
        <main
          id="main"
          tabindex={-1}
          hx-get={view.href(`/scripts/${script}`)}
          hx-trigger="load delay:1ms"
          hx-swap="innerHTML"
        >
          <p class="dim" role="status">
            {view.t.scriptEditor.waiting}
          </p>
        </main>
        <ToastRegion view={view} />
      </body>
    </html>
  );
}
