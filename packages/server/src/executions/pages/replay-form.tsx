import { z } from "zod";
import { CodeEditor } from "../../web/parts/code-editor.tsx";
import { Field } from "../../web/parts/field.tsx";
import { Notice } from "../../web/parts/notice.tsx";
import { PageHeader } from "../../web/parts/page-header.tsx";
import type { View } from "../../web/view.ts";
import { SkerryError } from "../../problems/errors.ts";
import { replayInput } from "../execution.ts";
import type { Execution, ReplayInput } from "../execution.ts";
import { shortId } from "./execution-row.tsx";

/** Fields of the form: the input as JSON text, and a version's number or `draft`. */
export const replayFields = z.object({
  input: z.string(),
  version: z.union([z.literal("draft"), z.coerce.number().int().min(1).max(999_999_999)]),
});
export type ReplayFields = z.input<typeof replayFields>;

/** What the fields stand for. @throws SkerryError `INPUT_INVALID` where the input is no JSON. */
export function readReplay({ input, version }: z.output<typeof replayFields>): ReplayInput {
  const wished = version === "draft" ? { draft: true } : { version };
  return replayInput.parse({ ...wished, input: parseInput(input), wait: false, trigger: "manual" });
}

function parseInput(text: string): unknown {
  if (text.trim() === "") return null;
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = (error as SyntaxError).message;
    throw new SkerryError("INPUT_INVALID", `input: ${message}`, { details: [{ path: "input", message }] });
  }
}

export interface ReplayFormProps {
  readonly view: View;
  readonly execution: Execution;
  /** The versions to choose from, newest first. */
  readonly versions: readonly number[];
  readonly hasDraft: boolean;
  readonly fields: { readonly input: string; readonly version: string };
  /** By field; `""` is about the form as a whole. */
  readonly errors: ReadonlyMap<string, string>;
}

/** Runs an execution once more, with its input edited or on another version. */
export function ReplayForm({ view, execution, versions, hasDraft, fields, errors }: ReplayFormProps) {
  const t = view.t.executions;
  const path = view.href(`/executions/${execution.id}`);
  const error = errors.get("") ?? errors.get("draft");
  return (
    <>
      <PageHeader title={t.replay.title(shortId(execution.id))} note={t.replay.note} />
      {error !== undefined && <Notice tone="bad">{error}</Notice>}
      <form class="stack" method="post" action={`${path}/replay`}>
        <Field label={t.replay.version} name="version" error={errors.get("version")}>
          <select class="short">
            {versions.map((version) => (
              <option value={version} selected={String(version) === fields.version}>
                {version === execution.version ? t.replay.sameVersion(version) : t.version(version)}
              </option>
            ))}
            {hasDraft && (
              <option value="draft" selected={fields.version === "draft"}>
                {t.draft}
              </option>
            )}
          </select>
        </Field>
        <Field label={t.replay.input} name="input" hint={t.replay.inputHint} error={errors.get("input")}>
          <CodeEditor language="json" value={fields.input} size="large" />
        </Field>
        <div class="actions">
          <button class="primary">{t.replay.submit}</button>
          <a class="button" href={path}>
            {view.t.parts.cancel}
          </a>
        </div>
      </form>
    </>
  );
}
