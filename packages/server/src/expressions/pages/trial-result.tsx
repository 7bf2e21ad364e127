import type { JsonValue } from "@skerry/sandbox";
import { CodeBlock } from "../../web/parts/code-block.tsx";
import { formatDuration } from "../../web/parts/quantities.ts";
import type { View } from "../../web/view.ts";
import type { PlaygroundProps } from "./playground.tsx";
import type { Trial } from "./trial.ts";

/** What the code gave, or where it is wrong, and what of the data it reads. */
export function TrialResult({ view, form, trial, reads }: PlaygroundProps) {
  const t = view.t.playground;
  return (
    <section id="result" class="stack" aria-live="polite" aria-labelledby="result-title">
      <h2 id="result-title">{t.result}</h2>
      {trial === undefined && <p class="dim">{t.nothingYet}</p>}
      {trial?.kind === "value" && <Value view={view} trial={trial} />}
      {trial?.kind === "failure" && <Failure view={view} code={form.code} trial={trial} />}
      {reads.length > 0 && (
        <>
          <h3>{t.reads}</h3>
          <ul class="reads row">
            {reads.map((path) => (
              <li>
                <code class="tag">{path}</code>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Value({ view, trial }: { readonly view: View; readonly trial: Extract<Trial, { kind: "value" }> }) {
  const t = view.t.playground;
  const { value, durationMs } = trial;
  return (
    <>
      <p class="row">
        <span class="tag" id="result-type">
          {t.types[typeOf(value)]}
        </span>
        <span class="dim">{formatDuration(durationMs, view.language)}</span>
      </p>
      <CodeBlock view={view} text={JSON.stringify(value, null, 2)} label={t.result} language="json" copy />
    </>
  );
}

function typeOf(value: JsonValue): keyof View["t"]["playground"]["types"] {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value as "string" | "number" | "boolean" | "object";
}

interface FailureProps {
  readonly view: View;
  readonly code: string;
  readonly trial: Extract<Trial, { kind: "failure" }>;
}

function Failure({ view, code, trial }: FailureProps) {
  const t = view.t.playground;
  const { place } = trial;
  return (
    <div class="panel failure">
      <p>
        <code class="code">{trial.code}</code> {trial.message}
      </p>
      {place?.range !== undefined && (
        <>
          <p class="dim">{t.placeOf(place.line ?? 1, place.column ?? 1)}</p>
          <pre class="marked-code">
            {code.slice(0, place.range.start)}
            <mark>{code.slice(place.range.start, place.range.end) || " "}</mark>
            {code.slice(place.range.end)}
          </pre>
        </>
      )}
    </div>
  );
}
