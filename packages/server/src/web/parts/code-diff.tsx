import type { PropsWithChildren } from "hono/jsx";
import type { View } from "../view.ts";
import { diffRows } from "./diff-rows.ts";
import type { DiffCell, DiffFold, DiffPart, DiffRow } from "./diff-rows.ts";

export interface CodeDiffProps {
  readonly view: View;
  readonly before: string;
  readonly after: string;
  readonly label: string;
}

/** Two texts side by side, unchanged parts folded; on narrow screens one below the other. */
export function CodeDiff({ view, before, after, label }: CodeDiffProps) {
  const rows = before === after ? [] : diffRows(before, after);
  if (rows === undefined) return <p class="dim">{view.t.parts.tooDifferent}</p>;
  if (rows.length === 0) return <p class="dim">{view.t.parts.sameText}</p>;
  return (
    <div class="diff" role="region" aria-label={label} tabindex={0}>
      <div class="diff-head" aria-hidden="true">
        <span>{view.t.parts.before}</span>
        <span>{view.t.parts.after}</span>
      </div>
      {rows.map((row) => ("folded" in row ? <Fold view={view} fold={row} /> : <Row row={row} />))}
    </div>
  );
}

function Fold({ view, fold }: { readonly view: View; readonly fold: DiffFold }) {
  return (
    <details>
      <summary>{view.t.parts.unchangedLines(fold.folded.length)}</summary>
      {fold.folded.map((row) => (
        <Row row={row} />
      ))}
    </details>
  );
}

function Row({ row: { before, after, isChanged } }: { readonly row: DiffRow }) {
  return (
    <div class={isChanged ? "diff-row changed" : "diff-row"}>
      <Cell cell={before}>
        {before && isChanged ? <del>{before.parts.map(renderPart)}</del> : textOf(before)}
      </Cell>
      <Cell cell={after}>
        {after && isChanged ? <ins>{after.parts.map(renderPart)}</ins> : textOf(after)}
      </Cell>
    </div>
  );
}

function Cell({ cell, children }: PropsWithChildren<{ readonly cell: DiffCell | undefined }>) {
  if (cell === undefined) return <span class="diff-cell none" />;
  return (
    <span class="diff-cell">
      <span class="diff-number">{cell.line}</span>
      <code>{children}</code>
    </span>
  );
}

function renderPart({ text, isChanged }: DiffPart) {
  return isChanged ? <mark>{text}</mark> : text;
}

function textOf(cell: DiffCell | undefined): string {
  return cell?.parts.map(({ text }) => text).join("") ?? "";
}
