import type { View } from "../view.ts";

export interface Tab {
  readonly id: string;
  readonly label: string;
  readonly href: string;
  readonly count?: number;
}

export interface TabsProps {
  readonly view: View;
  readonly items: readonly Tab[];
  /** Id of the tab that is shown. */
  readonly current: string;
}

/** Links to the sections of a thing, each with a URL of its own. */
export function Tabs({ view, items, current }: TabsProps) {
  return (
    <nav class="tabs" aria-label={view.t.parts.sections}>
      {items.map(({ id, label, href, count }) => (
        <a href={href} aria-current={id === current ? "page" : undefined}>
          {label}
          {count !== undefined && <span class="count">{count}</span>}
        </a>
      ))}
    </nav>
  );
}
