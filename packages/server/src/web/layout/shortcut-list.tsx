import type { View } from "../view.ts";

/** Opened by `?`. */
export function ShortcutList({ view }: { view: View }) {
  const { layout } = view.t;
  const { palette, filter, help, save, run, go } = layout.shortcutKeys;
  const shortcuts: readonly (readonly [keys: string, meaning: string])[] = [
    ["Ctrl K", palette],
    ["/", filter],
    ["?", help],
    ["Ctrl S", save],
    ["Ctrl ↵", run],
    ["g s, g x, g e, g p", go],
  ];
  return (
    <dialog id="shortcuts" aria-labelledby="shortcuts-title" closedby="any">
      <h2 id="shortcuts-title">{layout.shortcuts}</h2>
      <dl class="shortcuts">
        {shortcuts.map(([keys, meaning]) => (
          <div>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog">
        <button>{layout.close}</button>
      </form>
    </dialog>
  );
}
