import type { Page } from "../../rest/paging.ts";
import { Actor } from "../../web/parts/actor.tsx";
import { ConfirmButton } from "../../web/parts/confirm-button.tsx";
import { EmptyState } from "../../web/parts/empty-state.tsx";
import { Field } from "../../web/parts/field.tsx";
import { Pager } from "../../web/parts/pager.tsx";
import { RelativeTime } from "../../web/parts/times.tsx";
import type { View } from "../../web/view.ts";
import type { Script, ScriptVersion } from "../script.ts";
import { scriptPath } from "./script-path.ts";

export interface VersionListProps {
  readonly view: View;
  readonly script: Script & { readonly draftRevision: number };
  readonly page: Page<ScriptVersion>;
  readonly cursor: string | undefined;
  /** Names by author. */
  readonly authors: ReadonlyMap<string, string>;
}

/** The versions of a script, newest first, of which two can be chosen and compared. */
export function VersionList({ view, script, page, cursor, authors }: VersionListProps) {
  const t = view.t.scripts.versions;
  const path = `${scriptPath(script)}/versions`;
  if (page.items.length === 0) return <EmptyState title={t.empty} text={t.emptyText} />;
  return (
    <>
      <form id="compare" class="row" method="get" action={view.href(`${path}/diff`)}>
        <button>{t.compare}</button>
        <span class="dim">{t.compareHint}</span>
      </form>
      <div id="list" class="scroll">
        <table class="list versions">
          <thead>
            <tr>
              <th scope="col">{t.from}</th>
              <th scope="col">{t.to}</th>
              <th scope="col">{t.version}</th>
              <th scope="col">{t.note}</th>
              <th scope="col">{t.author}</th>
              <th scope="col">{t.time}</th>
              <th scope="col" title={t.checksumHint}>
                {t.checksum}
              </th>
              <th scope="col">
                <span class="visually-hidden">{view.t.scripts.columns.actions}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {cursor === undefined && script.draftRevision > 0 && <DraftRow view={view} script={script} />}
            {page.items.map((version, index) => (
              <VersionRow view={view} script={script} version={version} index={index} authors={authors} />
            ))}
          </tbody>
        </table>
      </div>
      <Pager view={view} path={path} query={{ cursor }} nextCursor={page.nextCursor} />
    </>
  );
}

function DraftRow({ view, script }: Pick<VersionListProps, "view" | "script">) {
  const t = view.t.scripts.versions;
  return (
    <tr>
      <td />
      <td>
        <input type="radio" form="compare" name="to" value="draft" aria-label={`${t.to}: ${t.draft}`} />
      </td>
      <th scope="row" colspan={6}>
        <a class="name" href={view.href(scriptPath(script))}>
          {t.draft}
        </a>
      </th>
    </tr>
  );
}

interface VersionRowProps extends Pick<VersionListProps, "view" | "script" | "authors"> {
  readonly version: ScriptVersion;
  /** Within the page: the newest two are chosen for a comparison. */
  readonly index: number;
}

function VersionRow({ view, script, version, index, authors }: VersionRowProps) {
  const t = view.t.scripts.versions;
  const { version: number, note, author, createdAt, checksum } = version;
  const isActive = number === script.activeVersion;
  const choose = (side: "from" | "to", isChosen: boolean) => (
    <td>
      <input
        type="radio"
        form="compare"
        name={side}
        value={number}
        checked={isChosen}
        aria-label={`${t[side]}: ${t.number(number)}`}
      />
    </td>
  );
  return (
    <tr>
      {choose("from", index === 1)}
      {choose("to", index === 0)}
      <th scope="row">
        <a class="name" href={view.href(`${scriptPath(script)}/versions/${number}`)}>
          {t.number(number)}
        </a>{" "}
        {isActive && <span class="tag good">{t.active}</span>}
      </th>
      <td class="note">{note === "" ? <span class="dim">{t.noNote}</span> : note}</td>
      <td>
        <Actor view={view} actor={author} names={authors} />
      </td>
      <td>
        <RelativeTime at={createdAt} view={view} />
      </td>
      <td class="mono" title={checksum}>
        {checksum.slice(0, 8)}
      </td>
      <td class="actions-cell">
        {!isActive && <RollBackButton view={view} script={script} version={number} />}
      </td>
    </tr>
  );
}

/** Publishes an older version again. */
export function RollBackButton({
  view,
  script,
  version,
}: {
  readonly view: View;
  readonly script: Script;
  readonly version: number;
}) {
  const t = view.t.scripts.versions;
  if (!view.can("scripts.update") || script.status === "archived") return <></>;
  const isBack = version < (script.activeVersion ?? 0);
  return (
    <ConfirmButton
      view={view}
      label={isBack ? t.rollBack : t.publish}
      question={isBack ? t.rollBackQuestion(version) : t.publishQuestion(version)}
      detail={t.rollBackDetail}
      action={view.href(`${scriptPath(script)}/versions/${version}/publish`)}
      tone="primary"
      buttonClass="small"
    >
      <Field label={t.note} name="note" id={`note-${version}`}>
        <input maxlength={500} autocomplete="off" />
      </Field>
    </ConfirmButton>
  );
}
