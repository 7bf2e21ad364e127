import { describeCron } from "../../schedules/cron-words.ts";
import { ZonedTime } from "../../schedules/pages/zoned-time.tsx";
import { CodeBlock } from "../../web/parts/code-block.tsx";
import { RelativeTime } from "../../web/parts/times.tsx";
import type { View } from "../../web/view.ts";
import type { Meaning } from "./meaning.ts";

export interface TriggerMeaningProps {
  readonly view: View;
  readonly meaning: Meaning;
}

/** What a trigger's settings come to: when it runs next, where it answers, which events it takes. */
export function TriggerMeaning({ view, meaning }: TriggerMeaningProps) {
  switch (meaning.kind) {
    case "schedule":
      return <ScheduleMeaning view={view} meaning={meaning} />;
    case "endpoint":
      return <EndpointMeaning view={view} meaning={meaning} />;
    case "events":
      return <EventsMeaning view={view} meaning={meaning} />;
    default:
      return <p class="dim">{meaning.message}</p>;
  }
}

interface Shown<Kind extends Meaning["kind"]> {
  readonly view: View;
  readonly meaning: Extract<Meaning, { readonly kind: Kind }>;
}

function ScheduleMeaning({ view, meaning: { cron, timezone, runs } }: Shown<"schedule">) {
  const { scriptSettings } = view.t;
  return (
    <>
      <p>
        <strong>{scriptSettings.inZone(describeCron(cron, view.language), timezone)}</strong>
      </p>
      <h3>{scriptSettings.nextRuns}</h3>
      {runs.length === 0 && <p class="dim">{scriptSettings.noRuns}</p>}
      <ol class="runs">
        {runs.map((run) => (
          <li>
            <ZonedTime at={run} timezone={timezone} view={view} />
          </li>
        ))}
      </ol>
    </>
  );
}

function EndpointMeaning({ view, meaning: { url, command } }: Shown<"endpoint">) {
  const { address, call } = view.t.scriptSettings;
  return (
    <>
      <h3>{address}</h3>
      <CodeBlock view={view} text={url} label={address} copy />
      <h3>{call}</h3>
      <CodeBlock view={view} text={command} label={call} copy />
    </>
  );
}

function EventsMeaning({ view, meaning: { types, hasEvents, isFiltered } }: Shown<"events">) {
  const { matching, noMatches, noEvents, filterApart } = view.t.scriptSettings;
  return (
    <>
      <h3>{matching}</h3>
      {types.length === 0 && <p class="dim">{hasEvents ? noMatches : noEvents}</p>}
      <ul class="matched-types">
        {types.map(({ type, count, lastAt }) => (
          <li>
            <a class="mono" href={view.href("/events", { type })}>
              {type}
            </a>{" "}
            <span class="dim number">× {count}</span>{" "}
            <span class="dim">
              <RelativeTime at={lastAt} view={view} />
            </span>
          </li>
        ))}
      </ul>
      {isFiltered && types.length > 0 && <p class="dim">{filterApart}</p>}
    </>
  );
}
