import { Duration, RelativeTime } from "../../web/parts/times.tsx";
import { TableHead } from "../../web/parts/table-head.tsx";
import type { View } from "../../web/view.ts";
import type { EndpointDetail } from "../endpoint.ts";
import { ResponseStatus } from "./endpoint-facts.tsx";

export interface RecentResponsesProps {
  readonly view: View;
  readonly endpoint: EndpointDetail;
  /** Whether it comes beside another piece of the page and takes its own place. */
  readonly isOutOfBand?: boolean;
}

/** What an endpoint answered lately. */
export function RecentResponses({ view, endpoint, isOutOfBand = false }: RecentResponsesProps) {
  const { scriptName, responses } = endpoint;
  const t = view.t.endpoints;
  return (
    <section
      id="recent"
      class="panel"
      aria-labelledby="responses"
      hx-swap-oob={isOutOfBand ? "true" : undefined}
    >
      <header>
        <h2 id="responses">{t.responses}</h2>
        <a href={view.href("/executions", { script: scriptName })}>{t.allExecutions}</a>
      </header>
      {responses.length === 0 ? (
        <p class="dim">{t.noResponses}</p>
      ) : (
        <div class="scroll">
          <table class="list" aria-labelledby="responses">
            <TableHead columns={[t.status, t.at, { figures: t.duration }]} />
            <tbody>
              {responses.map((response) => (
                <tr>
                  <td>
                    <a href={view.href(`/executions/${response.executionId}`)}>
                      <ResponseStatus view={view} response={response} />
                    </a>
                  </td>
                  <td>
                    <RelativeTime at={response.at} view={view} />
                  </td>
                  <td class="number">
                    <Duration ms={response.durationMs} view={view} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
