import { Icon } from "../../web/parts/icon.tsx";
import { CopyButton } from "../../web/parts/copy-button.tsx";
import type { View } from "../../web/view.ts";
import type { AuditHead } from "../record.ts";
import type { ChainReport } from "../verification.ts";

export interface ChainMarkProps {
  readonly view: View;
  readonly head: AuditHead;
  /** Undefined before it was looked, and where the chain is too long for that. */
  readonly report?: ChainReport | undefined;
  /** Whether it was looked. */
  readonly isDone?: boolean;
}

/** Shorter chains are verified as the page opens. */
const AT_ONCE = 5_000;

/** Whether the chain of records holds, and its last hash. */
export function ChainMark({ view, head, report, isDone = false }: ChainMarkProps) {
  const t = view.t.audit;
  const url = view.href("/audit/verification");
  const isStarting = !isDone && head.seq <= AT_ONCE;
  return (
    <section
      id="chain"
      class="panel row between"
      aria-label={t.verification}
      {...(isStarting && {
        "hx-get": url,
        "hx-trigger": "load",
        "hx-target": "#chain",
        "hx-swap": "outerHTML",
      })}
    >
      <p role="status">
        {isDone ? (
          <Verdict view={view} head={head} report={report} />
        ) : isStarting ? (
          t.verifying
        ) : (
          t.verification
        )}
      </p>
      <p class="row dim" title={t.headHint}>
        {t.head} <code>{head.hash.slice(0, 16)}…</code>
        <CopyButton view={view} text={`${head.seq} ${head.hash}`} />
        {!isStarting && (
          <button type="button" class="small" hx-get={url} hx-target="#chain" hx-swap="outerHTML">
            {t.verify}
          </button>
        )}
      </p>
    </section>
  );
}

function Verdict({ view, head, report }: Pick<ChainMarkProps, "view" | "head" | "report">) {
  const t = view.t.audit;
  if (report === undefined) return <>{t.tooLong(head.seq)}</>;
  const { broken, records } = report;
  return (
    <span class={`status wraps ${broken === null ? "good" : "bad"}`}>
      <Icon name={broken === null ? "check" : "cross"} />
      {broken === null ? t.verified(records) : t.broken(broken.seq, broken.reason)}
    </span>
  );
}
