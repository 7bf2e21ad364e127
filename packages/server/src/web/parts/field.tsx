import { cloneElement, isValidElement } from "hono/jsx";
import type { Child, PropsWithChildren } from "hono/jsx";

export interface FieldProps {
  readonly label: Child;
  /** Name of the control; also its id, unless another is given. */
  readonly name: string;
  readonly id?: string;
  readonly hint?: Child;
  readonly error?: string | undefined;
}

/**
 * A labelled control. The control is the only child, such as `<input>` or `<CodeEditor>`; it is given the id that the
 * label names, and its hint and error as descriptions.
 */
export function Field({ label, name, id = name, hint, error, children }: PropsWithChildren<FieldProps>) {
  const hintId = hint === undefined ? undefined : `${id}-hint`;
  const errorId = error === undefined ? undefined : `${id}-error`;
  const describedBy = [hintId, errorId].filter((part) => part !== undefined).join(" ");
  const control = isValidElement(children)
    ? cloneElement(children, {
        id,
        name,
        ...(describedBy !== "" && { "aria-describedby": describedBy }),
        ...(error !== undefined && { "aria-invalid": "true" }),
      })
    : children;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {control}
      {hint !== undefined && (
        <p class="hint" id={hintId}>
          {hint}
        </p>
      )}
      {error !== undefined && (
        <p class="error" id={errorId}>
          {error}
        </p>
      )}
    </div>
  );
}
