export interface CodeEditorProps {
  readonly name?: string;
  readonly id?: string;
  readonly language: "javascript" | "typescript" | "json" | "plaintext" | "expression";
  readonly value: string;
  /** Of the text area, where no `<label>` names it. */
  readonly label?: string;
  readonly readOnly?: boolean;
  /** `fill` takes the height that its container leaves. Default `medium`. */
  readonly size?: "small" | "medium" | "large" | "fill";
  /** URL of declarations (`.d.ts`) that the source is checked against. */
  readonly types?: string;
  /** The type in them of what a script exports. Default `Skerry.Handler`. */
  readonly handler?: string;
  /** Read out after the label. */
  readonly hint?: string;
  readonly "aria-describedby"?: string;
  readonly "aria-invalid"?: string;
}

/**
 * A text area for code. On pages with `editor: true` the element `<code-editor>` puts an editor in its place and keeps
 * the text area's value up to date, with `input` events as a person's typing makes them; elsewhere it is a text area.
 */
export function CodeEditor(props: CodeEditorProps) {
  const { name, id, language, value, label, readOnly = false, size = "medium" } = props;
  return (
    <code-editor
      class={size}
      language={language}
      read-only={readOnly || undefined}
      types={props.types}
      handler={props.handler}
      hint={props.hint}
    >
      <textarea
        id={id}
        name={name}
        aria-label={label}
        aria-describedby={props["aria-describedby"]}
        aria-invalid={props["aria-invalid"]}
        readonly={readOnly}
        spellcheck={false}
        autocapitalize="off"
        autocomplete="off"
        wrap="off"
      >
        {withLeadingNewline(value)}
      </textarea>
    </code-editor>
  );
}

/** Parsers of HTML drop one newline right after `<textarea>`. */
export function withLeadingNewline(text: string): string {
  return `\n${text}`;
}
