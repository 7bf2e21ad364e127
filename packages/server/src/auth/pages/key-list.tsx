import type { Page } from "../../rest/paging.ts";
import { ConfirmButton } from "../../web/parts/confirm-button.tsx";
import { EmptyState } from "../../web/parts/empty-state.tsx";
import { PageHeader } from "../../web/parts/page-header.tsx";
import { Pager } from "../../web/parts/pager.tsx";
import { StatusBadge } from "../../web/parts/status-badge.tsx";
import { RelativeTime } from "../../web/parts/times.tsx";
import { TableHead } from "../../web/parts/table-head.tsx";
import type { View } from "../../web/view.ts";
import type { ApiKey } from "../api-key.ts";
import { ALL_PERMISSIONS } from "../permission.ts";
import { KeyForm } from "./key-form.tsx";
import type { RefusedKey } from "./key-form.tsx";

export interface KeyListProps {
  readonly view: View;
  readonly query: { readonly cursor?: string | undefined };
  readonly keys: Page<ApiKey>;
  readonly refused: RefusedKey | undefined;
}

/** The API keys of a tenant, without their secret part. */
export function KeyList({ view, query, keys, refused }: KeyListProps) {
  const t = view.t.keys;
  return (
    <>
      <PageHeader title={t.title} note={t.note} />
      <KeyForm view={view} refused={refused} />
      <div id="list" class="scroll">
        {keys.items.length === 0 ? (
          <EmptyState title={t.none} text={t.noneText} />
        ) : (
          <table class="list" aria-label={t.list}>
            <TableHead
              columns={[t.name, t.prefix, t.scopes, t.created, t.expires, t.lastUsed, { unseen: t.actions }]}
            />
            <tbody>
              {keys.items.map((key) => (
                <KeyRow view={view} apiKey={key} />
              ))}
            </tbody>
          </table>
        )}
      </div>
      <Pager view={view} path="/keys" query={query} nextCursor={keys.nextCursor} />
    </>
  );
}

function KeyRow({ view, apiKey }: { readonly view: View; readonly apiKey: ApiKey }) {
  const t = view.t.keys;
  const { id, name, prefix, scopes, createdAt, lastUsedAt } = apiKey;
  return (
    <tr>
      <th scope="row">{name}</th>
      <td class="mono">{prefix}…</td>
      <td class="dim">{scopes.length === ALL_PERMISSIONS.length ? t.everything : scopes.join(", ")}</td>
      <td>
        <RelativeTime at={createdAt} view={view} />
      </td>
      <td>
        <Expiration view={view} apiKey={apiKey} />
      </td>
      <td>
        {lastUsedAt === null ? (
          <span class="dim">{t.neverUsed}</span>
        ) : (
          <RelativeTime at={lastUsedAt} view={view} />
        )}
      </td>
      <td class="actions-cell">
        <ConfirmButton
          view={view}
          label={t.revoke}
          question={t.revokeQuestion(name)}
          detail={t.revokeDetail}
          typed={name}
          action={view.href(`/keys/${id}/revoke`)}
          fields={{ name }}
        />
      </td>
    </tr>
  );
}

function Expiration({ view, apiKey: { expiresAt } }: { readonly view: View; readonly apiKey: ApiKey }) {
  if (expiresAt === null) return <span class="dim">{view.t.keys.never}</span>;
  if (expiresAt.getTime() <= Date.now()) return <StatusBadge status="expired" view={view} />;
  return <RelativeTime at={expiresAt} view={view} />;
}
