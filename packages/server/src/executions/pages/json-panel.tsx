import type { JsonValue } from "@skerry/sandbox";
import { CodeBlock } from "../../web/parts/code-block.tsx";
import { formatBytes } from "../../web/parts/quantities.ts";
import type { View } from "../../web/view.ts";

export interface JsonPanelProps {
  readonly view: View;
  readonly title: string;
  readonly value: JsonValue;
}

/** More of it is slow to show, and nobody reads it here. */
const MAX_SHOWN = 64 * 1024;

/** A JSON value as text; a long one is cut. */
export function JsonPanel({ view, title, value }: JsonPanelProps) {
  const text = JSON.stringify(value, null, 2);
  const isCut = text.length > MAX_SHOWN;
  return (
    <section class="stack">
      <h2>{title}</h2>
      <CodeBlock
        view={view}
        text={isCut ? `${text.slice(0, MAX_SHOWN)}…` : text}
        label={title}
        language="json"
        copy={!isCut}
      />
      {isCut && (
        <p class="dim">{view.t.executions.cut(formatBytes(Buffer.byteLength(text), view.language))}</p>
      )}
    </section>
  );
}
