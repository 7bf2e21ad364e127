import { Actor } from "../../web/parts/actor.tsx";
import { CodeBlock } from "../../web/parts/code-block.tsx";
import { CopyButton } from "../../web/parts/copy-button.tsx";
import { Icon } from "../../web/parts/icon.tsx";
import { KeyValues } from "../../web/parts/key-values.tsx";
import { PageHeader } from "../../web/parts/page-header.tsx";
import { StatusBadge } from "../../web/parts/status-badge.tsx";
import { Duration, Nothing, RelativeTime } from "../../web/parts/times.tsx";
import { TableHead } from "../../web/parts/table-head.tsx";
import type { View } from "../../web/view.ts";
import type { AttemptedDelivery, DeliveryState, EventReport } from "../report.ts";
import { eventPath } from "./event-path.ts";

interface EventProps {
  readonly view: View;
  readonly event: EventReport;
}

interface EventPageProps extends EventProps {
  readonly actorNames: ReadonlyMap<string, string>;
}

/** One event: what it says, and what each script made of it. */
export function EventPage({ view, event, actorNames }: EventPageProps) {
  const t = view.t.events;
  const { id, type, payload, actor, depth, matched, filtered, publishedAt } = event;
  return (
    <>
      <PageHeader title={<span class="mono">{type}</span>}>
        {view.can("events.publish") && (
          <a class="button" href={view.href("/publish-event", { from: id })}>
            <Icon name="replay" />
            {t.publishAgain}
          </a>
        )}
      </PageHeader>
      <section class="panel">
        <div class="url mono">
          {id}
          <CopyButton view={view} text={id} label={t.copyId} />
        </div>
        <KeyValues
          items={[
            { label: t.time, value: <RelativeTime at={publishedAt} view={view} /> },
            { label: t.actor, value: <Actor view={view} actor={actor} names={actorNames} /> },
            { label: t.depth, value: <span title={t.depthMeaning}>{depth}</span> },
            {
              label: t.matched,
              value: (
                <>
                  {matched ?? <Nothing view={view} />}
                  {filtered !== null && filtered > 0 && <div class="dim">{t.filtered(filtered)}</div>}
                </>
              ),
            },
          ]}
        />
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
      <div aria-live="polite">
        <Deliveries view={view} event={event} />
      </div>
    </>
  );
}

const GOING_ON: ReadonlySet<DeliveryState> = new Set(["pending", "running", "waiting"]);

/** Asks for itself anew as long as something may become of it. */
function Deliveries({ view, event }: EventProps) {
  const t = view.t.events;
  const { id, isWaiting, deliveries } = event;
  const isGoingOn = isWaiting || deliveries.some(({ state }) => GOING_ON.has(state));
  const polling = {
    "hx-get": view.href(eventPath(id)),
    "hx-trigger": "every 2s",
    "hx-select": "#deliveries",
    "hx-target": "#deliveries",
    "hx-swap": "outerMorph",
  };
  return (
    <section id="deliveries" class="panel" aria-labelledby="deliveries-title" {...(isGoingOn && polling)}>
      <h2 id="deliveries-title">{t.deliveries}</h2>
      {isWaiting && <p class="dim">{t.waitingText}</p>}
      {!isWaiting && deliveries.length === 0 && <p class="dim">{t.noDeliveries}</p>}
      {deliveries.map((delivery) => (
        <ScriptDelivery view={view} delivery={delivery} />
      ))}
    </section>
  );
}

function ScriptDelivery({ view, delivery }: { readonly view: View; readonly delivery: AttemptedDelivery }) {
  const t = view.t.events;
  const { scriptName, state, deadLetterId, attempts } = delivery;
  return (
    <div class="delivery">
      <h3 class="row">
        <a href={view.href(`/scripts/${scriptName}`)}>{scriptName}</a>
        <StatusBadge status={state} view={view} />
        {deadLetterId !== null && <a href={view.href(`/dead-letters/${deadLetterId}`)}>{t.openDeadLetter}</a>}
      </h3>
      <div class="scroll">
        <table class="list" aria-label={`${scriptName}: ${t.attempts(attempts.length)}`}>
          <TableHead
            columns={[{ figures: t.attempt }, t.status, t.error, t.execution, { figures: t.duration }]}
          />
          <tbody>
            {attempts.map(({ executionId, attempt, status, error, durationMs, createdAt }) => (
              <tr>
                <td class="number">{attempt}</td>
                <td>
                  <StatusBadge status={status} view={view} />
                </td>
                <td>
                  {error === null ? (
                    <Nothing view={view} />
                  ) : (
                    <>
                      {error.message}
                      <small class="mono">{error.code}</small>
                    </>
                  )}
                </td>
                <td>
                  <a href={view.href(`/executions/${executionId}`)}>
                    <RelativeTime at={createdAt} view={view} />
                  </a>
                </td>
                <td class="number">
                  <Duration ms={durationMs} view={view} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
