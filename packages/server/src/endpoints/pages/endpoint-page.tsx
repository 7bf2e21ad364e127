import { CodeBlock } from "../../web/parts/code-block.tsx";
import { CopyButton } from "../../web/parts/copy-button.tsx";
import { KeyValues } from "../../web/parts/key-values.tsx";
import { Notice } from "../../web/parts/notice.tsx";
import { PageHeader } from "../../web/parts/page-header.tsx";
import { StatusBadge } from "../../web/parts/status-badge.tsx";
import { TableHead } from "../../web/parts/table-head.tsx";
import type { View } from "../../web/view.ts";
import { describeCurl } from "../curl-command.ts";
import type { EndpointDetail } from "../endpoint.ts";
import { describeAuth, Methods } from "./endpoint-facts.tsx";
import { RecentResponses } from "./recent-responses.tsx";
import { TestPanel } from "./test-panel.tsx";
import type { TestPanelProps } from "./test-panel.tsx";

export interface EndpointPageProps extends TestPanelProps {
  /** With an absolute address. */
  readonly endpoint: EndpointDetail;
}

/** One endpoint: how it is called, a form that does so, what it answered, and which others could answer instead. */
export function EndpointPage(props: EndpointPageProps) {
  const { view, endpoint } = props;
  const t = view.t.endpoints;
  const { scriptName, scriptStatus, version, pattern, url, methods, auth, overlaps } = endpoint;
  const [method = "GET"] = methods;
  return (
    <>
      <PageHeader title={<span class="mono">{pattern}</span>}>
        <a class="button" href={view.href(`/scripts/${scriptName}`)}>
          {t.openScript}
        </a>
      </PageHeader>
      {scriptStatus !== "active" && <Notice tone="warn">{t.inactive}</Notice>}
      <section class="panel">
        <div class="url mono">
          {url}
          <CopyButton view={view} text={url} label={t.copyUrl} />
        </div>
        <KeyValues
          items={[
            { label: t.methods, value: <Methods view={view} methods={methods} /> },
            { label: t.auth, value: describeAuth(view, auth) },
            { label: t.status, value: <StatusBadge status={scriptStatus} view={view} /> },
            { label: t.script, value: <a href={view.href(`/scripts/${scriptName}`)}>{scriptName}</a> },
            { label: t.version, value: version },
          ]}
        />
      </section>
      <section class="panel" aria-labelledby="call">
        <h2 id="call">{t.call}</h2>
        <CodeBlock
          view={view}
          text={describeCurl({ url, method, auth })}
          label={t.call}
          language="shell"
          copy
        />
        <p class="dim">{auth.type === "hmac" ? t.callHint.hmac(auth.secret) : t.callHint[auth.type]}</p>
      </section>
      {view.can("scripts.execute") && <TestPanel {...props} />}
      {view.can("executions.read") && <RecentResponses view={view} endpoint={endpoint} />}
      {overlaps.length > 0 && <Overlaps view={view} endpoint={endpoint} />}
    </>
  );
}

interface SectionProps {
  readonly view: View;
  readonly endpoint: EndpointDetail;
}

function Overlaps({ view, endpoint: { overlaps } }: SectionProps) {
  const t = view.t.endpoints;
  return (
    <section class="panel" aria-labelledby="overlaps">
      <h2 id="overlaps">{t.overlaps}</h2>
      <p class="dim">{t.overlapsHint}</p>
      <div class="scroll">
        <table class="list" aria-labelledby="overlaps">
          <TableHead columns={[t.address, t.script, t.whoAnswers]} />
          <tbody>
            {overlaps.map(({ scriptName, pattern, methods, wins }) => (
              <tr>
                <th scope="row" class="row">
                  <Methods view={view} methods={methods} />
                  <a class="mono" href={view.href(`/endpoints/${scriptName}`)}>
                    {pattern}
                  </a>
                </th>
                <td>{scriptName}</td>
                <td>{wins ? t.answeredHere : t.answeredThere}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
