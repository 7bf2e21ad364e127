import type { Statistics } from "../../executions/statistics.ts";
import { formatCount } from "../../web/parts/quantities.ts";
import { Duration } from "../../web/parts/times.tsx";
import { TableHead } from "../../web/parts/table-head.tsx";
import type { View } from "../../web/view.ts";

/** Which scripts used what, the hungriest first. */
export function ScriptUsage({ view, statistics }: { readonly view: View; readonly statistics: Statistics }) {
  const t = view.t.usage;
  const figures = [t.executions, t.errorRate, t.cpu, t.p95];
  return (
    <section class="stack" aria-labelledby="by-script">
      <h2 id="by-script">{t.byScript}</h2>
      <div class="scroll">
        <table class="list" aria-labelledby="by-script">
          <TableHead columns={[t.script, ...figures.map((name) => ({ figures: name }))]} />
          <tbody>
            {statistics.scripts.map(({ scriptId, scriptName, executions, failed, cpuMs, p95Ms }) => (
              <tr>
                <td>
                  <a href={view.href("/executions", { script: scriptName ?? scriptId })}>
                    {scriptName ?? scriptId}
                  </a>
                </td>
                <td class="number">{formatCount(executions, view.language)}</td>
                <td class="number">{formatShare(failed / executions, view.language)}</td>
                <td class="number">
                  <Duration ms={cpuMs} view={view} />
                </td>
                <td class="number">
                  <Duration ms={p95Ms} view={view} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function formatShare(share: number, language: string): string {
  return new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 }).format(share);
}
