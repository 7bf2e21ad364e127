import { createHash } from "node:crypto";
import type { IsolationReport } from "@skerry/sandbox";
import { raw } from "hono/html";
import { quoteForShell } from "../main/shell-text.ts";

/** What the home page shows. */
export interface HomeFacts {
  readonly version: string;
  readonly isolation: IsolationReport;
  /** Scheme, host and port under which this page was asked for. */
  readonly origin: string;
}

const STYLE = `
:root { color-scheme: light dark; --ink: light-dark(#1d2b33, #dfe8ec); --soft: light-dark(#5a6b75, #93a5af);
  --ground: light-dark(#f7f9fa, #10181c); --raised: light-dark(#ffffff, #182329); --line: light-dark(#d8e0e4, #2a3941);
  --accent: light-dark(#0b6e8f, #5cc3e4); --good: light-dark(#1a7f4b, #5fd394); --warn: light-dark(#9a5b00, #f0b55a); }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 4rem 1.25rem; max-width: 46rem; background: var(--ground); color: var(--ink);
  font: 1rem/1.6 system-ui, sans-serif; }
h1 { margin: 0; font-size: 2.25rem; line-height: 1.2; letter-spacing: -0.02em; }
h2 { margin: 2.5rem 0 0.75rem; font-size: 1.125rem; }
header p { margin: 0.25rem 0 0; color: var(--soft); }
a { color: var(--accent); }
code, pre { font: 0.875rem/1.6 ui-monospace, monospace; }
pre { margin: 0.5rem 0 1rem; padding: 0.875rem 1rem; overflow-x: auto; background: var(--raised);
  border: 1px solid var(--line); border-radius: 0.5rem; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 0.375rem 1rem 0.375rem 0; border-top: 1px solid var(--line); text-align: left; vertical-align: top; }
th { font-weight: 600; white-space: nowrap; }
td:last-child { color: var(--soft); padding-right: 0; overflow-wrap: anywhere; }
.active { color: var(--good); }
.missing { color: var(--warn); }
`;

/** The page loads nothing and runs nothing; its own stylesheet is allowed by its hash. */
export const HOME_PAGE_HEADERS = {
  "content-security-policy": `default-src 'none'; style-src 'sha256-${sha256(STYLE)}'; base-uri 'none'; frame-ancestors 'none'`,
  "x-content-type-options": "nosniff",
};

/** The page at `/`: what runs here, how well it is isolated, and the first calls to make. */
export function renderHomePage(facts: HomeFacts): string {
  return `<!doctype html>${(<HomePage {...facts} />).toString()}`;
}

function HomePage({ version, isolation, origin }: HomeFacts) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Skerry</title>
        <style>{raw(STYLE)}</style>
      </head>
      <body>
        <header>
          <h1>Skerry</h1>
          <p>Version {version}. Your customers write scripts; this machine runs them safely.</p>
        </header>
        <main>
          <IsolationSection isolation={isolation} />
          <FirstCallsSection origin={origin} />
        </main>
        <footer>
          <h2>More</h2>
          <p>
            <a href="/health">Health</a> and <a href="/ready">readiness</a> of this node. The guides are in
            the folder <code>docs</code> of the project; <code>skerry doctor</code> tells how to reach the
            full isolation level.
          </p>
        </footer>
      </body>
    </html>
  );
}

function IsolationSection({ isolation }: Pick<HomeFacts, "isolation">) {
  return (
    <section>
      <h2>Isolation: {isolation.level}</h2>
      <table>
        <tbody>
          {isolation.walls.map(({ name, active, detail }) => (
            <tr>
              <th scope="row">{name}</th>
              <td class={active ? "active" : "missing"}>{active ? "active" : "missing"}</td>
              <td>{detail}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function FirstCallsSection({ origin }: Pick<HomeFacts, "origin">) {
  return (
    <section>
      <h2>First calls</h2>
      <p>The demo tenant has an HTTP script. It needs no key:</p>
      <pre>
        <code>{`curl ${quoteForShell(`${origin}/run/demo/ahoy?name=Ada`)}`}</code>
      </pre>
      <p>Everything else takes the API key that the first start printed:</p>
      <pre>
        <code>{`curl -H "Authorization: Bearer $SKERRY_API_KEY" ${quoteForShell(`${origin}/api/v1/scripts`)}`}</code>
      </pre>
    </section>
  );
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}
