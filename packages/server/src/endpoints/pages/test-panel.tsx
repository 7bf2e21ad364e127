import { CodeEditor } from "../../web/parts/code-editor.tsx";
import { Field } from "../../web/parts/field.tsx";
import { Notice } from "../../web/parts/notice.tsx";
import type { View } from "../../web/view.ts";
import type { Endpoint } from "../endpoint.ts";
import { HTTP_METHODS } from "../path-pattern.ts";
import { listParameters, takesBody } from "../test-request.ts";
import type { TestResponse } from "../test-response.ts";
import { PARAMETER_PREFIX } from "./test-form.ts";
import { TestResult } from "./test-result.tsx";

export interface TestPanelProps {
  readonly view: View;
  readonly endpoint: Endpoint;
  /** As they were sent; none before the first request. */
  readonly values?: Readonly<Record<string, unknown>>;
  /** Problems by field. */
  readonly errors?: ReadonlyMap<string, string>;
  readonly response?: TestResponse;
}

const JSON_HEADER = "content-type: application/json";

/** A form that sends an endpoint a request, and what came back. */
export function TestPanel({ view, endpoint, values = {}, errors = new Map(), response }: TestPanelProps) {
  const t = view.t.endpoints;
  const { scriptName, pattern, methods, auth } = endpoint;
  const action = view.href(`/endpoints/${scriptName}/test`);
  const value = (name: string, preset = ""): string => {
    const sent = values[name];
    return typeof sent === "string" ? sent : preset;
  };
  const answered = HTTP_METHODS.filter((method) => methods.includes(method));
  const method = value("method", answered[0]);
  const hasBody = answered.some(takesBody);
  const field = (name: string) => ({ name, id: `test-${name}`, error: errors.get(name) });
  return (
    <section id="test" class="panel" aria-labelledby="test-title">
      <h2 id="test-title">{t.test}</h2>
      <p class="dim">{t.testHint}</p>
      {errors.has("") && <Notice tone="bad">{errors.get("")}</Notice>}
      {auth.type === "hmac" && <Notice>{t.signatureHint}</Notice>}
      <form
        class="test-form"
        method="post"
        action={action}
        hx-post={action}
        hx-target="#test"
        hx-swap="outerMorph"
      >
        <div class="fields">
          <Field label={t.method} {...field("method")}>
            <select>
              {answered.map((each) => (
                <option selected={each === method}>{each}</option>
              ))}
            </select>
          </Field>
          {listParameters(pattern).map(({ name, isRest, isRequired }) => (
            <Field
              label={isRest && name === "0" ? t.restParameter : t.parameter(name)}
              {...field(PARAMETER_PREFIX + name)}
            >
              <input
                class="mono"
                value={value(PARAMETER_PREFIX + name)}
                required={isRequired}
                autocomplete="off"
              />
            </Field>
          ))}
          <Field label={t.query} {...field("query")}>
            <input
              class="mono"
              value={value("query")}
              placeholder="name=value"
              autocomplete="off"
              spellcheck={false}
            />
          </Field>
          {(auth.type === "apiKey" || auth.type === "jwt") && (
            <Field label={t.token[auth.type]} hint={t.tokenHint} {...field("token")}>
              <input type="password" autocomplete="off" />
            </Field>
          )}
        </div>
        <Field label={t.headers} hint={t.headersHint} {...field("headers")}>
          <textarea class="mono" rows={2} spellcheck={false}>
            {`\n${value("headers", hasBody ? JSON_HEADER : "")}`}
          </textarea>
        </Field>
        {hasBody && (
          <Field label={t.body} {...field("body")}>
            <CodeEditor language="json" value={value("body", "{}")} size="small" />
          </Field>
        )}
        <div class="actions">
          <button id="test-send" class="primary">
            {t.send}
          </button>
        </div>
      </form>
      <div id="test-result" aria-live="polite">
        {response && <TestResult view={view} response={response} />}
      </div>
    </section>
  );
}
