import type { Page } from "../../rest/paging.ts";
import { Actor } from "../../web/parts/actor.tsx";
import { ConfirmButton } from "../../web/parts/confirm-button.tsx";
import { CopyButton } from "../../web/parts/copy-button.tsx";
import { EmptyState } from "../../web/parts/empty-state.tsx";
import { Field } from "../../web/parts/field.tsx";
import { Notice } from "../../web/parts/notice.tsx";
import { PageHeader } from "../../web/parts/page-header.tsx";
import { Pager } from "../../web/parts/pager.tsx";
import { RelativeTime } from "../../web/parts/times.tsx";
import { TableHead } from "../../web/parts/table-head.tsx";
import type { View } from "../../web/view.ts";
import type { Secret } from "../secret.ts";

export interface SecretListProps {
  readonly view: View;
  readonly query: { readonly cursor?: string | undefined };
  readonly secrets: Page<Secret>;
  readonly actorNames: ReadonlyMap<string, string>;
  /** What was typed and not taken; its value is not shown again. */
  readonly refused: { readonly name: string; readonly errors: ReadonlyMap<string, string> } | undefined;
}

/** The names of a tenant's secrets, and a form for one more. */
export function SecretList({ view, query, secrets, actorNames, refused }: SecretListProps) {
  const t = view.t.secrets;
  return (
    <>
      <PageHeader title={t.title} note={t.note} />
      {view.can("secrets.update") && <SecretForm view={view} refused={refused} />}
      <div id="list" class="scroll">
        {secrets.items.length === 0 ? (
          <EmptyState title={t.none} text={t.noneText} />
        ) : (
          <table class="list" aria-label={t.list}>
            <TableHead
              columns={[
                t.name,
                t.usage,
                { figures: t.version },
                t.updated,
                t.updatedBy,
                { unseen: t.actions },
              ]}
            />
            <tbody>
              {secrets.items.map((secret) => (
                <SecretRow view={view} secret={secret} actorNames={actorNames} />
              ))}
            </tbody>
          </table>
        )}
      </div>
      <Pager view={view} path="/secrets" query={query} nextCursor={secrets.nextCursor} />
    </>
  );
}

function SecretForm({ view, refused }: Pick<SecretListProps, "view" | "refused">) {
  const t = view.t.secrets;
  const { name = "", errors = new Map<string, string>() } = refused ?? {};
  const general = errors.get("");
  return (
    <details class="panel" open={refused !== undefined}>
      <summary>{t.add}</summary>
      <form method="post" action={view.href("/secrets")} autocomplete="off">
        {general !== undefined && <Notice tone="bad">{general}</Notice>}
        <Field label={t.name} name="name" hint={t.nameHint} error={errors.get("name")}>
          <input class="mono" value={name} required maxlength={64} spellcheck={false} />
        </Field>
        <Field label={t.value} name="value" hint={t.valueHint} error={errors.get("value")}>
          <textarea class="mono" required rows={3} spellcheck={false} />
        </Field>
        <div class="actions">
          <button class="primary">{t.save}</button>
        </div>
      </form>
    </details>
  );
}

interface SecretRowProps extends Pick<SecretListProps, "view" | "actorNames"> {
  readonly secret: Secret;
}

function SecretRow({ view, secret, actorNames }: SecretRowProps) {
  const t = view.t.secrets;
  const { name, version, updatedAt, updatedBy } = secret;
  const call = `await ctx.secrets.get("${name}")`;
  return (
    <tr>
      <th scope="row" class="mono">
        {name}
      </th>
      <td>
        <code>{call}</code> <CopyButton view={view} text={call} />
      </td>
      <td class="number">{version}</td>
      <td>
        <RelativeTime at={updatedAt} view={view} />
      </td>
      <td>
        <Actor view={view} actor={updatedBy} names={actorNames} />
      </td>
      <td class="actions-cell">
        <div class="actions">
          {view.can("secrets.update") && <RotateButton view={view} name={name} />}
          {view.can("secrets.delete") && (
            <ConfirmButton
              view={view}
              label={t.delete}
              question={t.deleteQuestion(name)}
              detail={t.deleteDetail}
              typed={name}
              action={view.href(`/secrets/${name}/delete`)}
            />
          )}
        </div>
      </td>
    </tr>
  );
}

function RotateButton({ view, name }: { readonly view: View; readonly name: string }) {
  const t = view.t.secrets;
  return (
    <ConfirmButton
      view={view}
      label={t.rotate}
      question={t.rotateQuestion(name)}
      detail={t.rotateDetail}
      tone="primary"
      buttonClass=""
      action={view.href("/secrets")}
      fields={{ name }}
    >
      <Field label={t.newValue} name="value" id={`value-${name}`}>
        <textarea class="mono" required rows={3} spellcheck={false} autocomplete="off" />
      </Field>
    </ConfirmButton>
  );
}
