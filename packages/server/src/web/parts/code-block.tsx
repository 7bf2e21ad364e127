import type { View } from "../view.ts";
import { CopyButton } from "./copy-button.tsx";

export interface CodeBlockProps {
  readonly view: Pick<View, "t">;
  readonly text: string;
  /** What it is, for those who do not see it. */
  readonly label?: string;
  readonly language?: string;
  /** Whether a button copies it. */
  readonly copy?: boolean;
}

/** Text that a machine reads or wrote: source, JSON, a command. Long ones scroll. */
export function CodeBlock({ view, text, label, language, copy = false }: CodeBlockProps) {
  return (
    <div class="code-block">
      <pre tabindex={0} role="region" aria-label={label ?? language ?? view.t.parts.code}>
        <code class={language && `language-${language}`}>{text}</code>
      </pre>
      {copy && <CopyButton view={view} text={text} />}
    </div>
  );
}
