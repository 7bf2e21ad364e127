import type { Child, PropsWithChildren } from "hono/jsx";

export interface EmptyStateProps {
  readonly title: string;
  readonly text: Child;
}

/** What stands where a list has nothing: why, and by its children what to do about it. */
export function EmptyState({ title, text, children }: PropsWithChildren<EmptyStateProps>) {
  return (
    <div class="empty">
      <h2>{title}</h2>
      <p>{text}</p>
      {children !== undefined && <div class="actions">{children}</div>}
    </div>
  );
}
