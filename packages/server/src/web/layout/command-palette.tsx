import type { View } from "../view.ts";

/** Opened by Ctrl+K: goes to a page or script by its name. */
export function CommandPalette({ view }: { view: View }) {
  const { layout } = view.t;
  return (
    <dialog id="palette" aria-label={layout.search} closedby="any">
      <input
        type="search"
        name="q"
        autofocus
        autocomplete="off"
        maxlength={100}
        placeholder={layout.searchHint}
        aria-label={layout.searchHint}
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-hits"
        hx-get={view.href("/palette")}
        hx-trigger="input delay:80ms, palette:open"
        hx-target="#palette-hits"
        hx-swap="innerHTML"
      />
      <ul id="palette-hits" role="listbox" aria-label={layout.search} />
    </dialog>
  );
}

export interface PaletteHit {
  readonly name: string;
  readonly path: string;
  /** What kind of thing it is. */
  readonly kind: string;
}

export function PaletteHits({ view, hits }: { view: View; hits: readonly PaletteHit[] }) {
  if (hits.length === 0) return <li class="dim">{view.t.layout.nothingFound}</li>;
  return (
    <>
      {hits.map(({ name, path, kind }) => (
        <li role="presentation">
          <a role="option" href={path} tabindex={-1}>
            <span>{name}</span> <span class="dim">{kind}</span>
          </a>
        </li>
      ))}
    </>
  );
}
