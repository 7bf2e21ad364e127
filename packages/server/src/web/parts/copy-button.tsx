import type { View } from "../view.ts";
import { Icon } from "./icon.tsx";

export interface CopyButtonProps {
  readonly view: Pick<View, "t">;
  readonly text?: string;
  /** Selector of the element whose text, or value, is copied in place of `text`. */
  readonly target?: string;
  /** What is copied, for those who do not see where the button stands. */
  readonly label?: string;
}

/** Copies a text; the browser says `data-copied` beside it for a moment. */
export function CopyButton({ view, text, target, label = view.t.parts.copy }: CopyButtonProps) {
  return (
    <button
      type="button"
      class="icon-button copy"
      aria-label={label}
      title={label}
      data-copy={text}
      data-copy-target={target}
      data-copied={view.t.parts.copied}
    >
      <Icon name="copy" />
    </button>
  );
}
