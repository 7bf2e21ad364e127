import type { Child } from "hono/jsx";

export interface KeyValue {
  readonly label: string;
  readonly value: Child;
}

/** Facts about a thing, each with its name. */
export function KeyValues({ items }: { readonly items: readonly KeyValue[] }) {
  return (
    <dl class="facts">
      {items.map(({ label, value }) => (
        <div>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
