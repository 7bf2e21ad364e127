import type { Child, PropsWithChildren } from "hono/jsx";

export interface PageHeaderProps {
  readonly title: Child;
  /** How many there are, beside the title. */
  readonly count?: number | string;
  /** What stands below the title, in dim ink. */
  readonly note?: Child;
}

/** The page's only `h1`; its children are the actions, at the right. */
export function PageHeader({ title, count, note, children }: PropsWithChildren<PageHeaderProps>) {
  return (
    <header class="page-header">
      <div>
        <h1>
          {title}
          {count !== undefined && <span class="count">{count}</span>}
        </h1>
        {note !== undefined && <p>{note}</p>}
      </div>
      {children !== undefined && <div class="actions">{children}</div>}
    </header>
  );
}
