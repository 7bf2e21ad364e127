import type { IsolationReport } from "@skerry/sandbox";
import { quoteForShell } from "../main/shell-text.ts";
import type { PublicView } from "./layout/public-document.tsx";
import { CodeBlock } from "./parts/code-block.tsx";

export interface HomeProps {
  readonly view: Pick<PublicView, "t" | "link">;
  readonly version: string;
  readonly isolation: IsolationReport;
  /** Where the installation is reached, without a trailing slash. */
  readonly url: string;
}

/** The home page: what runs here, how well it is isolated, the way in, and the first calls to make. */
export function Home({ view, version, isolation, url }: HomeProps) {
  const t = view.t.home;
  return (
    <>
      <header class="page-header">
        <div>
          <h1>{t.title}</h1>
          <p>{t.lead(version)}</p>
        </div>
        <a class="button primary" href={view.link("/sign-in")}>
          {t.signIn}
        </a>
      </header>
      <IsolationSection view={view} isolation={isolation} />
      <FirstCallsSection view={view} url={url} />
      <section class="stack">
        <h2>{t.more}</h2>
        <p class="row">
          <a href={view.link("/health")}>{t.health}</a>
          <a href={view.link("/ready")}>{t.readiness}</a>
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

function FirstCallsSection({ view, url }: Pick<HomeProps, "view" | "url">) {
  const t = view.t.home;
  const script = quoteForShell(`${url}/run/demo/ahoy?name=Ada`);
  const scripts = quoteForShell(`${url}/api/v1/scripts`);
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
