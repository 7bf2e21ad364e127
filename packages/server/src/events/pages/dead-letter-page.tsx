import { CodeBlock } from "../../web/parts/code-block.tsx";
import { KeyValues } from "../../web/parts/key-values.tsx";
import { Notice } from "../../web/parts/notice.tsx";
import { PageHeader } from "../../web/parts/page-header.tsx";
import { RelativeTime } from "../../web/parts/times.tsx";
import { TableHead } from "../../web/parts/table-head.tsx";
import type { View } from "../../web/view.ts";
import type { DeadLetterDetail } from "../dead-letter.ts";
import { DiscardButton } from "./dead-letter-list.tsx";
import { eventPath } from "./event-path.ts";

export interface DeadLetterPageProps {
  readonly view: View;
  readonly letter: DeadLetterDetail;
  /** That it can be replayed against; undefined where the script was deleted. */
  readonly versions: readonly number[] | undefined;
}

/** One dead letter: the event, the script, and how each attempt failed. */
export function DeadLetterPage({ view, letter, versions }: DeadLetterPageProps) {
  const t = view.t.deadLetters;
  const { id, eventId, type, scriptName, createdAt, payload } = letter;
  return (
    <>
      <PageHeader title={<span class="mono">{type}</span>} note={t.title}>
        {view.can("events.replay") && (
          <>
            {versions !== undefined && <ReplayForm view={view} letterId={id} versions={versions} />}
            <DiscardButton view={view} letterId={id} />
          </>
        )}
      </PageHeader>
      {versions === undefined && <Notice tone="warn">{t.scriptDeleted}</Notice>}
      <section class="panel">
        <p>
          {t.event}{" "}
          <a class="mono" href={view.href(eventPath(eventId))}>
            {eventId}
          </a>
        </p>
        <KeyValues
          items={[
            { label: t.script, value: <a href={view.href(`/scripts/${scriptName}`)}>{scriptName}</a> },
            { label: t.time, value: <RelativeTime at={createdAt} view={view} /> },
          ]}
        />
      </section>
      <section class="panel" aria-labelledby="attempts">
        <h2 id="attempts">{t.attempts}</h2>
        <Attempts view={view} attempts={letter.attempts} />
      </section>
      <section class="panel" aria-labelledby="payload">
        <h2 id="payload">{t.payload}</h2>
        <CodeBlock
          view={view}
          text={JSON.stringify(payload, null, 2)}
          label={t.payload}
          language="json"
          copy
        />
      </section>
    </>
  );
}

function Attempts({ view, attempts }: Pick<DeadLetterDetail, "attempts"> & { readonly view: View }) {
  const t = view.t.deadLetters;
  return (
    <div class="scroll">
      <table class="list" aria-labelledby="attempts">
        <TableHead columns={[{ figures: t.attempt }, t.message, t.execution]} />
        <tbody>
          {attempts.map(({ executionId, code, message, at }, index) => (
            <tr>
              <td class="number">{index + 1}</td>
              <td>
                {message}
                <small class="mono">{code}</small>
              </td>
              <td>
                <a href={view.href(`/executions/${executionId}`)}>
                  <RelativeTime at={at} view={view} />
                </a>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface ReplayFormProps {
  readonly view: View;
  readonly letterId: string;
  readonly versions: readonly number[];
}

function ReplayForm({ view, letterId, versions }: ReplayFormProps) {
  const t = view.t.deadLetters;
  const action = view.href(`/dead-letters/${letterId}/replay`);
  return (
    <form class="row" method="post" action={action} hx-post={action} hx-swap="none">
      {versions.length > 0 && (
        <select name="version" aria-label={t.version}>
          <option value="">{t.publishedVersion}</option>
          {versions.map((version) => (
            <option value={String(version)}>{`${t.version} ${version}`}</option>
          ))}
        </select>
      )}
      <button class="primary">{t.replay}</button>
    </form>
  );
}
