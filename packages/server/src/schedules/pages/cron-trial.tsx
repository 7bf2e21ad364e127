import { Field } from "../../web/parts/field.tsx";
import { Notice } from "../../web/parts/notice.tsx";
import type { View } from "../../web/view.ts";
import { describeCron } from "../cron-words.ts";
import { ZonedTime } from "./zoned-time.tsx";

/** A cron expression as somebody typed it, and what it comes to. */
export interface CronTrialFacts {
  readonly cron: string;
  readonly timezone: string;
  /** Absent where there is a problem. */
  readonly runs?: readonly Date[];
  /** Problems by field. */
  readonly errors?: ReadonlyMap<string, string>;
}

/** The time zones of the IANA database, and UTC, which is none of its main names. */
const TIMEZONES = ["UTC", ...Intl.supportedValuesOf("timeZone")];

/** A box in which a cron expression is tried before it is put into a script: what it means, and when it would run. */
export function CronTrial({ view, trial }: { readonly view: View; readonly trial: CronTrialFacts }) {
  const t = view.t.schedules;
  const url = view.href("/schedules/preview");
  return (
    <section class="panel cron-trial" aria-labelledby="cron-trial">
      <h2 id="cron-trial">{t.tryTitle}</h2>
      <form
        class="fields"
        action={url}
        hx-get={url}
        hx-trigger="submit, change, input delay:150ms"
        hx-sync="this:replace"
        hx-target="#cron-trial-result"
        hx-select="#cron-trial-result"
        hx-swap="outerHTML"
      >
        <Field label={t.cron} name="cron" hint={t.tryHint}>
          <input
            class="mono"
            value={trial.cron}
            required
            maxlength={200}
            autocomplete="off"
            spellcheck={false}
          />
        </Field>
        <Field label={t.timezone} name="timezone">
          <input
            value={trial.timezone}
            list="timezones"
            maxlength={100}
            autocomplete="off"
            spellcheck={false}
          />
        </Field>
        <datalist id="timezones">
          {TIMEZONES.map((zone) => (
            <option value={zone} />
          ))}
        </datalist>
        <noscript>
          <button>{t.tryButton}</button>
        </noscript>
      </form>
      <div aria-live="polite">
        <TrialResult view={view} trial={trial} />
      </div>
    </section>
  );
}

function TrialResult({ view, trial }: { readonly view: View; readonly trial: CronTrialFacts }) {
  const t = view.t.schedules;
  const { cron, timezone, runs = [], errors } = trial;
  if (errors !== undefined) {
    const names: Readonly<Record<string, string>> = { cron: t.cron, timezone: t.timezone };
    return (
      <div id="cron-trial-result" class="stack">
        {[...errors].map(([field, message]) => (
          <Notice tone="bad">{`${names[field] ?? field}: ${message}`}</Notice>
        ))}
      </div>
    );
  }
  return (
    <div id="cron-trial-result">
      <p>
        <strong>{describeCron(cron, view.language)}</strong>
      </p>
      <ol class="runs" aria-label={t.wouldRun}>
        {runs.map((at) => (
          <li>
            <ZonedTime at={at} timezone={timezone} view={view} />
          </li>
        ))}
      </ol>
    </div>
  );
}
