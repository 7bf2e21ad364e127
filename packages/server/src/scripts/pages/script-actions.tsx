import { ConfirmButton } from "../../web/parts/confirm-button.tsx";
import { Field } from "../../web/parts/field.tsx";
import type { View } from "../../web/view.ts";
import type { Script } from "../script.ts";
import { rowIdOf, scriptPath } from "./script-path.ts";

export interface ScriptActionsProps {
  readonly view: View;
  readonly script: Script;
  /** Whether they stand at the script's row in the list, which is swapped then. */
  readonly inList?: boolean;
}

/** What can be done with a script as a whole beside changing it; each asks first. */
export function ScriptActions({ view, script, inList = false }: ScriptActionsProps) {
  const { scripts } = view.t;
  const { name, status } = script;
  const path = scriptPath(script);
  const isArchived = status === "archived";
  const mayUpdate = view.can("scripts.update");
  const shared = {
    view,
    buttonClass: "quiet",
    ...(inList && { target: `#${rowIdOf(script)}`, swap: "outerHTML", fields: { list: "yes" } }),
  };
  const verb = (each: string) => view.href(`${path}/${each}`);
  return (
    <>
      {view.can("scripts.create") && <DuplicateButton view={view} script={script} />}
      {mayUpdate && !isArchived && status !== "draft" && (
        <ConfirmButton
          {...shared}
          {...(status === "disabled"
            ? {
                label: scripts.activate,
                question: scripts.activateQuestion(name),
                detail: scripts.activateDetail,
              }
            : {
                label: scripts.disable,
                question: scripts.disableQuestion(name),
                detail: scripts.disableDetail,
              })}
          tone={status === "disabled" ? "primary" : "danger"}
          action={verb(status === "disabled" ? "resume" : "disable")}
        />
      )}
      {mayUpdate && isArchived && (
        <ConfirmButton
          {...shared}
          label={scripts.restore}
          question={scripts.restoreQuestion(name)}
          detail={scripts.restoreDetail}
          tone="primary"
          action={verb("restore")}
        />
      )}
      {view.can("scripts.delete") && !isArchived && (
        <ConfirmButton
          {...shared}
          label={scripts.archive}
          question={scripts.archiveQuestion(name)}
          detail={scripts.archiveDetail}
          action={verb("archive")}
        />
      )}
      {view.can("scripts.delete") && (
        <ConfirmButton
          {...shared}
          label={scripts.delete}
          question={scripts.deleteQuestion(name)}
          detail={scripts.deleteDetail}
          typed={name}
          action={verb("delete")}
          buttonClass="quiet danger"
        />
      )}
    </>
  );
}

function DuplicateButton({ view, script }: Pick<ScriptActionsProps, "view" | "script">) {
  const { scripts } = view.t;
  return (
    <ConfirmButton
      view={view}
      label={scripts.duplicate}
      question={scripts.duplicateQuestion(script.name)}
      detail={scripts.duplicateDetail}
      action={view.href(`${scriptPath(script)}/duplicate`)}
      tone="primary"
      buttonClass="quiet"
    >
      <Field label={scripts.fields.name} name="name" id={`duplicate-${script.id}`} hint={scripts.hints.name}>
        <input
          class="mono"
          required
          maxlength={100}
          value={`${script.name}-copy`.slice(0, 100)}
          autocomplete="off"
        />
      </Field>
    </ConfirmButton>
  );
}
