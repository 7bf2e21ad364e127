import { createHash } from "node:crypto";
import type { Child, PropsWithChildren } from "hono/jsx";
import type { View } from "../view.ts";

export interface ConfirmButtonProps {
  readonly view: View;
  /** Of the button, and of the one in the dialog that does it. */
  readonly label: Child;
  readonly question: string;
  readonly detail?: Child;
  /** A text that has to be typed first, such as the name of what is deleted. */
  readonly typed?: string;
  /** Where the form is posted. */
  readonly action: string;
  /** Default `danger`. */
  readonly tone?: "danger" | "primary";
  /** Of the button that opens the dialog, in place of what `tone` makes of it: `quiet`, `primary`, `icon` … */
  readonly buttonClass?: string;
  /** Name of the opening button where its label is an icon. */
  readonly title?: string;
  /** Values that are posted along. */
  readonly fields?: Readonly<Record<string, string>>;
  /** What htmx swaps, and how; without a target nothing, and the answer is a toast or a redirection. */
  readonly target?: string;
  readonly swap?: string;
}

/** A button that asks in a dialog before its form is posted; its children are further controls of that form. */
export function ConfirmButton(props: PropsWithChildren<ConfirmButtonProps>) {
  const { label, tone = "danger", buttonClass = tone, title } = props;
  const id = `confirm-${createHash("sha256").update(`${props.action} ${props.question}`).digest("hex").slice(0, 12)}`;
  return (
    <>
      <button
        type="button"
        class={buttonClass}
        command="show-modal"
        commandfor={id}
        title={title}
        aria-label={title}
      >
        {label}
      </button>
      <ConfirmDialog {...props} tone={tone} id={id} />
    </>
  );
}

function ConfirmDialog(props: PropsWithChildren<ConfirmButtonProps & { readonly id: string }>) {
  const { view, id, label, question, detail, typed, action, tone, fields = {}, target, children } = props;
  const swap = props.swap ?? (target === undefined ? "none" : "outerHTML");
  return (
    <dialog id={id} class="confirm" aria-labelledby={`${id}-question`} closedby="any">
      <form method="post" action={action} hx-post={action} hx-target={target} hx-swap={swap}>
        <h2 id={`${id}-question`}>{question}</h2>
        {detail !== undefined && <p>{detail}</p>}
        {Object.entries(fields).map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        {children}
        {typed !== undefined && <TypedField view={view} id={`${id}-typed`} text={typed} />}
        <div class="actions">
          <button type="button" command="close" commandfor={id}>
            {view.t.parts.cancel}
          </button>
          <button class={tone}>{props.title ?? label}</button>
        </div>
      </form>
    </dialog>
  );
}

/** The browser itself refuses to post the form until the text is right. */
function TypedField({ view, id, text }: { readonly view: View; readonly id: string; readonly text: string }) {
  return (
    <div class="field">
      <label for={id}>{view.t.parts.typeToConfirm(text)}</label>
      <input id={id} required pattern={escapePattern(text)} autocomplete="off" spellcheck={false} />
    </div>
  );
}

/** A pattern that one text alone fits. Patterns have the flag `v`, under which few punctuators may be escaped by name. */
function escapePattern(text: string): string {
  return text.replaceAll(
    /[^\p{L}\p{N} ]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ""}}`,
  );
}
