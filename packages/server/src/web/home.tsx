import type { IsolationReport } from "@skerry/sandbox";
import { quoteForShell } from "../main/shell-text.ts";
import type { PublicView } from "./layout/public-document.tsx";
import { CodeBlock } from "./parts/code-block.tsx";

export interface HomeProps {
  readonly view: Pick<PublicView, "t">;
  readonly version: string;
  readonly isolation: IsolationReport;
  /** Scheme, host and port under which this page was asked for. */
  readonly origin: string;
}

/** The page at `/`: what runs here, how well it is isolated, the way in, and the first calls to make. */
export function Home({ view, version, isolation, origin }: HomeProps) {
  const t = view.t.home;
  return (
    <>
      <header class="page-header">
        <div>
          <h1>{t.title}</h1>
          <p>{t.lead(version)}</p>
        </div>
        <a class="button primary" href="/sign-in">
          {t.signIn}
        </a>
      </header>
      <IsolationSection view={view} isolation={isolation} />
      <FirstCallsSection view={view} origin={origin} />
      <section class="stack">
        <h2>{t.more}</h2>
        <p class="row">
          <a href="/health">{t.health}</a>
          <a href="/ready">{t.readiness}</a>
        </p>
        <p class="dim">
          <code>skerry doctor</code> {t.doctor}
        </p>
      </section>
    </>
  );
}

function IsolationSection({ view, isolation }: Pick<HomeProps, "view" | "isolation">) {
  const t = view.t.home;
  return (
    <section>
      <h2>{t.isolation(isolation.level)}</h2>
      <p class="dim">{t.isolationText}</p>
      <ul class="walls panel">
        {isolation.walls.map(({ name, active, detail }) => (
          <li>
            <strong>{name}</strong>
            <span class={`tag ${active ? "good" : "warn"}`}>{active ? t.active : t.missing}</span>
            <span class="dim">{detail}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function FirstCallsSection({ view, origin }: Pick<HomeProps, "view" | "origin">) {
  const t = view.t.home;
  const script = quoteForShell(`${origin}/run/demo/ahoy?name=Ada`);
  const scripts = quoteForShell(`${origin}/api/v1/scripts`);
  return (
    <section class="stack">
      <h2>{t.firstCalls}</h2>
      <p>{t.httpCall}</p>
      <CodeBlock view={view} label={t.httpCallLabel} text={`curl ${script}`} copy />
      <p>{t.keyCall}</p>
      <CodeBlock
        view={view}
        label={t.keyCallLabel}
        text={`curl -H "Authorization: Bearer $SKERRY_API_KEY" ${scripts}`}
        copy
      />
    </section>
  );
}
