import type { Page } from "../../rest/paging.ts";
import { ConfirmButton } from "../../web/parts/confirm-button.tsx";
import { EmptyState } from "../../web/parts/empty-state.tsx";
import { Field } from "../../web/parts/field.tsx";
import { FilterBar } from "../../web/parts/filter-bar.tsx";
import { Icon } from "../../web/parts/icon.tsx";
import { PageHeader } from "../../web/parts/page-header.tsx";
import { Pager } from "../../web/parts/pager.tsx";
import { RelativeTime } from "../../web/parts/times.tsx";
import { TableHead } from "../../web/parts/table-head.tsx";
import type { View } from "../../web/view.ts";
import type { DeadLetter } from "../dead-letter.ts";

/** Filters as they stand in the address. */
export interface DeadLetterFilters {
  readonly script?: string | undefined;
  readonly type?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly cursor?: string | undefined;
}

export interface DeadLetterListProps {
  readonly view: View;
  readonly filters: DeadLetterFilters;
  /** To choose from. */
  readonly types: readonly string[];
  readonly letters: Page<DeadLetter>;
  /** Of all that fit the filters. */
  readonly count: number;
}

/** The most that one press of the button replays. */
export const MAX_REPLAYED_TOGETHER = 2_000;

/** All dead letters of a tenant, newest first. */
export function DeadLetterList(props: DeadLetterListProps) {
  const { view, filters, types, letters } = props;
  const t = view.t.deadLetters;
  return (
    <>
      <PageHeader title={t.title} note={t.note} />
      <FilterBar view={view} path="/dead-letters">
        <input
          type="search"
          name="script"
          value={filters.script}
          placeholder={t.script}
          aria-label={t.script}
          maxlength={100}
          autocomplete="off"
        />
        <input
          type="search"
          name="type"
          list="event-types"
          value={filters.type}
          placeholder={t.type}
          aria-label={t.type}
          maxlength={200}
          autocomplete="off"
        />
        <datalist id="event-types">
          {types.map((type) => (
            <option value={type} />
          ))}
        </datalist>
        <label>
          {t.from}
          <input type="datetime-local" name="from" value={filters.from} placeholder=" " />
        </label>
        <label>
          {t.to}
          <input type="datetime-local" name="to" value={filters.to} placeholder=" " />
        </label>
      </FilterBar>
      <div id="list" class="scroll">
        {letters.items.length === 0 ? <NoLetters {...props} /> : <LetterTable {...props} />}
      </div>
      <Pager view={view} path="/dead-letters" query={{ ...filters }} nextCursor={letters.nextCursor} />
    </>
  );
}

function LetterTable(props: DeadLetterListProps) {
  const { view, letters, count } = props;
  const t = view.t.deadLetters;
  return (
    <>
      <div class="list-head">
        <span class="number">{t.count(count)}</span>
        {view.can("events.replay") && <ReplayAll {...props} />}
      </div>
      <table class="list" aria-label={t.list}>
        <TableHead
          columns={[t.event, t.script, t.lastError, { figures: t.attempts }, t.time, { unseen: t.actions }]}
        />
        <tbody>
          {letters.items.map((letter) => (
            <LetterRow view={view} letter={letter} />
          ))}
        </tbody>
      </table>
    </>
  );
}

function LetterRow({ view, letter }: { readonly view: View; readonly letter: DeadLetter }) {
  const { id, type, scriptName, attempts, createdAt } = letter;
  const last = attempts.at(-1);
  return (
    <tr>
      <th scope="row">
        <a class="name mono" href={view.href(`/dead-letters/${id}`)}>
          {type}
        </a>
      </th>
      <td>
        <a href={view.href(`/scripts/${scriptName}`)}>{scriptName}</a>
      </td>
      <td class="last-error">
        {last?.message}
        <small class="mono">{last?.code}</small>
      </td>
      <td class="number">{attempts.length}</td>
      <td>
        <RelativeTime at={createdAt} view={view} />
      </td>
      <td class="actions-cell">
        {view.can("events.replay") && <LetterActions view={view} letter={letter} />}
      </td>
    </tr>
  );
}

function LetterActions({ view, letter: { id, type } }: { readonly view: View; readonly letter: DeadLetter }) {
  const t = view.t.deadLetters;
  const replay = view.href(`/dead-letters/${id}/replay`);
  return (
    <div class="row">
      <form method="post" action={replay} hx-post={replay} hx-swap="none">
        <button class="quiet small" aria-label={`${t.replay}: ${type}`}>
          <Icon name="replay" />
          {t.replay}
        </button>
      </form>
      <DiscardButton view={view} letterId={id} isIcon />
    </div>
  );
}

export interface DiscardButtonProps {
  readonly view: View;
  readonly letterId: string;
  readonly isIcon?: boolean;
}

/** Deletes a dead letter, when that is confirmed. */
export function DiscardButton({ view, letterId, isIcon = false }: DiscardButtonProps) {
  const t = view.t.deadLetters;
  return (
    <ConfirmButton
      view={view}
      label={isIcon ? <Icon name="trash" /> : t.discard}
      {...(isIcon && { title: t.discard, buttonClass: "icon-button danger" })}
      question={t.discardQuestion}
      detail={t.discardDetail}
      action={view.href(`/dead-letters/${letterId}/discard`)}
    />
  );
}

/** What comes about after the page was made is not among those that were counted. */
function ReplayAll({ view, filters, count }: DeadLetterListProps) {
  const t = view.t.deadLetters;
  const { script = "", type = "", from = "", to = new Date().toISOString().slice(0, -1) } = filters;
  return (
    <ConfirmButton
      view={view}
      label={t.replayAll}
      tone="primary"
      buttonClass="small"
      question={t.replayAllQuestion(count, MAX_REPLAYED_TOGETHER)}
      detail={t.replayAllDetail}
      action={view.href("/dead-letters/replay")}
      fields={{ script, type, from, to }}
    >
      {script !== "" && (
        <Field label={t.version} name="version" id="replay-version" hint={t.versionHint}>
          <input type="number" min={1} placeholder={t.publishedVersion} />
        </Field>
      )}
    </ConfirmButton>
  );
}

function NoLetters({ view, filters: { script, type, from, to, cursor } }: DeadLetterListProps) {
  const t = view.t.deadLetters;
  if ([script, type, from, to, cursor].some((value) => value !== undefined)) {
    return <EmptyState title={t.noneFoundTitle} text={t.noneFoundText} />;
  }
  return <EmptyState title={t.emptyTitle} text={t.emptyText} />;
}
