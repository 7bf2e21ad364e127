import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import type { Context } from "hono";
import { html } from "hono/html";
import type { Child } from "hono/jsx";
import { ALL_PERMISSIONS } from "../../src/auth/permission.ts";
import { createDeclarations } from "../../src/capabilities/declarations.ts";
import { streamLogs } from "../../src/executions/log-stream.ts";
import { createAssets } from "../../src/web/assets/assets.ts";
import type { Assets } from "../../src/web/assets/assets.ts";
import { createPageHeaders } from "../../src/web/headers.ts";
import { PaletteHits } from "../../src/web/layout/command-palette.tsx";
import { PageDocument } from "../../src/web/layout/document.tsx";
import type { DocumentOptions } from "../../src/web/page.ts";
import { CodeEditor } from "../../src/web/parts/code-editor.tsx";
import { ConfirmButton } from "../../src/web/parts/confirm-button.tsx";
import { LiveLog } from "../../src/web/parts/live-log.tsx";
import { TimeChart } from "../../src/web/parts/time-chart.tsx";
import { RelativeTime } from "../../src/web/parts/times.tsx";
import { formatToastHeader } from "../../src/web/toast.ts";
import { createView } from "../../src/web/view.ts";
import { createFlood } from "./log-flood.ts";

/** Pages of the elements by themselves, with the headers that all pages have; nothing stands behind them. */
export interface ElementSite extends AsyncDisposable {
  readonly url: string;
  /** `Last-Event-ID` of each request for the log; undefined for the first. */
  readonly resumptions: readonly (string | undefined)[];
  /** What was posted to `/save`, in order. */
  readonly saved: readonly Readonly<Record<string, unknown>>[];
  /** `Authorization` of each request for the embedded fragment. */
  readonly shownTokens: readonly (string | undefined)[];
  /** Lets the form that waits for its answer go on. */
  release(): void;
}

export const SCRIPT = `
export default async function (input, ctx) {
  window.alert(input.name);
  ctx.log.shout("hello");
  ctx.log.info(ctx.execution.id.toUpperCase());
  return input.anything;
}
`;

/** The one token that the embedded page's fragment takes. */
export const FRESH_TOKEN = "fresh";

const VIEW = createView({
  language: "en",
  theme: undefined,
  tenant: { id: "acme", name: "Acme" },
  viewerName: "Ada",
  principal: { tenantId: "acme", permissions: new Set(ALL_PERMISSIONS) },
  location: "/",
  basePath: "",
});

const DAY_MS = 86_400_000;
const SERIES = {
  times: Array.from({ length: 14 }, (_, day) => new Date(Date.UTC(2026, 10, 1) + day * DAY_MS)),
  lines: [
    { name: "completed", values: Array.from({ length: 14 }, (_, day) => 400 + 90 * day) },
    {
      name: "failed",
      values: Array.from({ length: 14 }, (_, day) => (day === 5 ? null : 20 * day)),
      tone: "bad",
    },
  ],
} as const;

export async function startElementSite(): Promise<ElementSite> {
  const assets = await createAssets({ basePath: "" });
  const resumptions: (string | undefined)[] = [];
  const saved: Record<string, unknown>[] = [];
  const shownTokens: (string | undefined)[] = [];
  let release = () => {};
  const app = new Hono();

  function addPage(path: string, options: DocumentOptions, content: Child): void {
    app.get(path, (context) => answerPage(context, assets, options, content));
  }

  app.get(
    "/assets/*",
    async ({ req }) => (await assets.answer(req.raw)) ?? new Response(null, { status: 404 }),
  );
  addPage("/log", { title: "Log" }, [
    <input id="typing" aria-label="Typing" />,
    <LiveLog view={VIEW} executionId="1" isLive={true} lines={[]} />,
  ]);
  app.get("/api/v1/executions/1/logs", ({ req }) => {
    const lastId = req.header("last-event-id");
    resumptions.push(lastId);
    if (req.header("skerry-tenant") !== "acme") return new Response(null, { status: 400 });
    return streamLogs(createFlood(Number(lastId ?? -1)));
  });
  addPage(
    "/editor",
    { title: "Editor", editor: true },
    <form data-guard="" hx-post="/save" hx-swap="none">
      <CodeEditor name="source" language="javascript" value={SCRIPT} label="Source" types="/types.d.ts" />
      <CodeEditor name="input" language="json" value="{}" label="Input" size="small" />
      <CodeEditor
        name="greeting"
        language="expression"
        value="Hi {{ $json.name }}"
        label="Greeting"
        size="small"
      />
      <button>Save</button>
    </form>,
  );
  app.get("/types.d.ts", (context) => context.text(createDeclarations()));
  addPage("/charts", { title: "Charts", chart: true }, [
    <TimeChart label="Lines" view={VIEW} series={SERIES} />,
    <TimeChart label="Bars" view={VIEW} series={{ ...SERIES, kind: "bars", unit: "ms" }} />,
  ]);
  addPage("/things", { title: "Things", section: "scripts" }, [
    <form role="search">
      <input type="search" aria-label="Filter" />
    </form>,
    <RelativeTime view={VIEW} at={new Date(Date.now() - 3_600_000)} />,
    <ConfirmButton view={VIEW} label="Remove" question="Remove it?" action="/save" fields={{ name: "it" }} />,
    <form hx-post="/refuse" hx-swap="none">
      <button>Refuse</button>
    </form>,
  ]);
  app.post("/save", async (context) => {
    saved.push(await context.req.parseBody());
    await new Promise<void>((resolve) => (release = resolve));
    context.header("HX-Trigger", formatToastHeader("Saved: ё"));
    return context.body(null, 204);
  });
  app.post("/refuse", (context) => {
    context.header("HX-Reswap", "none");
    context.header("HX-Trigger", formatToastHeader({ text: "No <b>way</b>", kind: "failed" }));
    return context.body(null, 403);
  });
  app.get("/t/acme/palette", (context) => {
    const hits = ["one", "two"].map((name) => ({ name, path: `/log?${name}`, kind: "script" }));
    return context.html(<PaletteHits view={VIEW} hits={hits} />);
  });
  app.get("/t/acme/executions", (context) => answerPage(context, assets, { title: "Executions" }, null));

  app.get("/host", (context) =>
    context.html(
      <>
        <iframe src={`${url}/embed#token=stale`} title="Embedded" />
        <iframe src="/sibling" title="Sibling" />
        <iframe src={`${url}/embed?in=https://app.example.com`} title="Made for another product" />
      </>,
    ),
  );
  app.get("/sibling", (context) => context.html(<p>Of the same product</p>));
  app.get("/embed", (context) => {
    const expected = context.req.query("in") ?? hostUrl;
    return answerEmbedded(context, assets, expected, createPageHeaders([hostUrl]));
  });
  app.get("/fragment", (context) => {
    shownTokens.push(context.req.header("authorization"));
    if (shownTokens.at(-1) !== `Bearer ${FRESH_TOKEN}`) return context.body(null, 401);
    context.header("HX-Trigger", JSON.stringify({ "skerry:saved": { version: 7 } }));
    return context.html(<p>Embedded content</p>);
  });

  const server = createServer(getRequestListener(app.fetch));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  // To browsers this is another origin.
  const hostUrl = `http://localhost:${port}`;
  return {
    url,
    resumptions,
    saved,
    shownTokens,
    release: () => release(),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answerPage(context: Context, assets: Assets, options: DocumentOptions, content: Child) {
  const document = (
    <PageDocument view={VIEW} assets={assets} {...options}>
      {content}
    </PageDocument>
  );
  return context.html(html`<!doctype html>${document}`, 200, { ...createPageHeaders() });
}

/** @param expected The origin whose page the embedded one is told to talk to. */
function answerEmbedded(
  context: Context,
  assets: Assets,
  expected: string,
  headers: Readonly<Record<string, string>>,
) {
  const document = (
    <html lang="en" data-frame-ancestors={expected}>
      <head>
        <title>Embedded</title>
        <script type="module" src={assets.url("embed.js")}></script>
      </head>
      <body>
        <main hx-get="/fragment" hx-trigger="load" />
      </body>
    </html>
  );
  return context.html(html`<!doctype html>${document}`, 200, { ...headers });
}
