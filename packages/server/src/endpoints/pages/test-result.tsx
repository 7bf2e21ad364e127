import { CodeBlock } from "../../web/parts/code-block.tsx";
import { formatBytes } from "../../web/parts/quantities.ts";
import { Duration } from "../../web/parts/times.tsx";
import type { View } from "../../web/view.ts";
import type { TestResponse } from "../test-response.ts";
import { HttpStatus } from "./http-status.tsx";

/** What an endpoint answered to a test request. */
export function TestResult({ view, response }: { readonly view: View; readonly response: TestResponse }) {
  const t = view.t.endpoints;
  const { status, headers, durationMs, executionId } = response;
  return (
    <div class="stack">
      <h3 class="row">
        {t.response} <HttpStatus status={status} /> <Duration ms={durationMs} view={view} />
        {executionId !== null && view.can("executions.read") && (
          <a href={view.href(`/executions/${executionId}`)}>{t.openExecution}</a>
        )}
      </h3>
      <details>
        <summary>{t.responseHeaders(headers.length)}</summary>
        <CodeBlock
          view={view}
          text={headers.map(([name, value]) => `${name}: ${value}`).join("\n")}
          label={t.responseHeaders(headers.length)}
        />
      </details>
      <ResponseBody view={view} response={response} />
    </div>
  );
}

function ResponseBody({ view, response }: { readonly view: View; readonly response: TestResponse }) {
  const t = view.t.endpoints;
  const { text, bytes, isCut } = response;
  const size = formatBytes(bytes, view.language);
  if (bytes === 0) return <p class="dim">{t.noBody}</p>;
  if (text === undefined) return <p class="dim">{t.binaryBody(size)}</p>;
  return (
    <>
      <CodeBlock view={view} text={text} label={t.responseBody} copy />
      {isCut && <p class="dim">{t.cutBody(size)}</p>}
    </>
  );
}
