import type { Page } from "../../rest/paging.ts";
import { PublishedScriptFilter } from "../../scripts/pages/published-script-filter.tsx";
import { CopyButton } from "../../web/parts/copy-button.tsx";
import { EmptyState } from "../../web/parts/empty-state.tsx";
import { PageHeader } from "../../web/parts/page-header.tsx";
import { Pager } from "../../web/parts/pager.tsx";
import { StatusBadge } from "../../web/parts/status-badge.tsx";
import { Nothing, RelativeTime } from "../../web/parts/times.tsx";
import { TableHead } from "../../web/parts/table-head.tsx";
import type { View } from "../../web/view.ts";
import type { Endpoint, EndpointsQuery } from "../endpoint.ts";
import { describeAuth, Methods, ResponseStatus } from "./endpoint-facts.tsx";

export interface EndpointListProps {
  readonly view: View;
  readonly query: Pick<EndpointsQuery, "search" | "status" | "cursor">;
  /** With absolute addresses. */
  readonly endpoints: Page<Endpoint>;
}

/** All endpoints of a tenant. */
export function EndpointList({ view, query, endpoints }: EndpointListProps) {
  const t = view.t.endpoints;
  return (
    <>
      <PageHeader title={t.title} note={t.note} />
      <PublishedScriptFilter view={view} path="/endpoints" query={query} texts={t} />
      <div id="list" class="scroll">
        {endpoints.items.length === 0 ? (
          <NoEndpoints view={view} query={query} />
        ) : (
          <EndpointTable view={view} endpoints={endpoints.items} />
        )}
      </div>
      <Pager view={view} path="/endpoints" query={query} nextCursor={endpoints.nextCursor} />
    </>
  );
}

function EndpointTable({
  view,
  endpoints,
}: {
  readonly view: View;
  readonly endpoints: readonly Endpoint[];
}) {
  const t = view.t.endpoints;
  return (
    <table class="list" aria-label={t.list}>
      <TableHead columns={[t.address, t.script, t.auth, t.lastResponse]} />
      <tbody>
        {endpoints.map((endpoint) => (
          <EndpointRow view={view} endpoint={endpoint} />
        ))}
      </tbody>
    </table>
  );
}

function EndpointRow({ view, endpoint }: { readonly view: View; readonly endpoint: Endpoint }) {
  const { scriptName, scriptStatus, version, pattern, url, methods, auth, lastResponse } = endpoint;
  const t = view.t.endpoints;
  return (
    <tr>
      <th scope="row">
        <span class="row">
          <Methods view={view} methods={methods} />
          <a class="name mono" href={view.href(`/endpoints/${scriptName}`)}>
            {pattern}
          </a>
        </span>
        <small class="url mono">
          {url}
          <CopyButton view={view} text={url} label={t.copyUrl} />
        </small>
      </th>
      <td>
        <a href={view.href(`/scripts/${scriptName}`)}>{scriptName}</a>
        <small class="row">
          <StatusBadge status={scriptStatus} view={view} /> {t.versionNumber(version)}
        </small>
      </td>
      <td>{describeAuth(view, auth)}</td>
      <td>
        {lastResponse === null ? (
          <Nothing view={view} />
        ) : (
          <>
            <a href={view.href(`/executions/${lastResponse.executionId}`)}>
              <ResponseStatus view={view} response={lastResponse} />
            </a>
            <small>
              <RelativeTime at={lastResponse.at} view={view} />
            </small>
          </>
        )}
      </td>
    </tr>
  );
}

function NoEndpoints({ view, query: { search, status, cursor } }: Pick<EndpointListProps, "view" | "query">) {
  const t = view.t.endpoints;
  if (search !== undefined || status !== undefined || cursor !== undefined) {
    return <EmptyState title={t.noneFoundTitle} text={t.noneFoundText} />;
  }
  return (
    <EmptyState title={t.emptyTitle} text={t.emptyText}>
      <a class="button" href={view.href("/scripts", { type: "http" })}>
        {t.emptyAction}
      </a>
    </EmptyState>
  );
}
