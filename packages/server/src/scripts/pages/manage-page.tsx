import { z } from "zod";
import type { PlatformServices } from "../../platform.ts";
import { checkInput } from "../../rest/input.ts";
import { formErrors } from "../../web/form.ts";
import { definePage } from "../../web/page.ts";
import type { PageRequest, PageRoute } from "../../web/page.ts";
import { Field } from "../../web/parts/field.tsx";
import type { View } from "../../web/view.ts";
import { scriptChange } from "../script.ts";
import type { Script } from "../script.ts";
import { ScriptActions } from "./script-actions.tsx";
import { ScriptHeader } from "./script-header.tsx";
import { scriptPath } from "./script-path.ts";

/** What describes a script, as somebody typed it. */
const description = z.object({
  name: z.string().default(""),
  description: z.string().default(""),
  tags: z.string().default(""),
});
type Description = z.output<typeof description>;

const NO_ERRORS: ReadonlyMap<string, string> = new Map();

/** `/scripts/{script}/manage`: what belongs to a script and not to its versions. */
export function createManagePages({ scripts }: Pick<PlatformServices, "scripts">): PageRoute[] {
  async function show(
    request: PageRequest,
    script: Script,
    typed: Description,
    errors: ReadonlyMap<string, string>,
  ) {
    const { view } = request;
    const status = errors.size === 0 ? 200 : 422;
    return await request.page(<ManagePage view={view} script={script} typed={typed} errors={errors} />, {
      title: view.t.scripts.manageTitle(script.name),
      section: "scripts",
      status,
    });
  }

  return [
    definePage({
      method: "GET",
      path: "/scripts/{script}/manage",
      access: "scripts.read",
      async handle(request) {
        const script = await scripts.get(request.caller, request.params["script"] ?? "");
        return await show(request, script, { ...script, tags: script.tags.join(", ") }, NO_ERRORS);
      },
    }),
    definePage({
      method: "GET",
      path: "/scripts/{script}/menu",
      access: "scripts.read",
      async handle(request) {
        const { caller, view, params } = request;
        const script = await scripts.get(caller, params["script"] ?? "");
        return await request.fragment(
          <>
            <a href={view.href(`${scriptPath(script)}/manage`)}>{view.t.scripts.edit}</a>
            <ScriptActions view={view} script={script} inList />
          </>,
        );
      },
    }),
    definePage({
      method: "POST",
      path: "/scripts/{script}/describe",
      access: "scripts.update",
      async handle(request) {
        const { caller, view, params } = request;
        const typed = await request.form(description);
        const before = await scripts.get(caller, params["script"] ?? "");
        try {
          const change = checkInput(scriptChange, { ...typed, tags: readTags(typed.tags) });
          const script = await scripts.update(caller, before.id, change);
          const toast = view.t.scripts.saved(script.name);
          return request.redirect(view.href(`${scriptPath(script)}/manage`), toast);
        } catch (error) {
          return await show(request, before, typed, formErrors(error));
        }
      },
    }),
  ];
}

function readTags(text: string): string[] {
  return text
    .split(",")
    .map((tag) => tag.trim())
    .filter((tag) => tag !== "");
}

interface ManagePageProps {
  readonly view: View;
  readonly script: Script;
  readonly typed: Description;
  readonly errors: ReadonlyMap<string, string>;
}

function ManagePage({ view, script, typed, errors }: ManagePageProps) {
  const { scripts } = view.t;
  return (
    <>
      <ScriptHeader view={view} script={script} current="manage" />
      {view.can("scripts.update") && (
        <DescriptionForm view={view} script={script} typed={typed} errors={errors} />
      )}
      <section class="panel" aria-labelledby="life">
        <h2 id="life">{scripts.lifeTitle}</h2>
        <p class="dim">{scripts.statusHints[script.status]}</p>
        <div class="actions script-actions">
          <ScriptActions view={view} script={script} />
        </div>
      </section>
    </>
  );
}

function DescriptionForm({ view, script, typed, errors }: ManagePageProps) {
  const { scripts } = view.t;
  const { fields, hints } = scripts;
  // What is said of a script may stand in its source, which then becomes a version.
  const general = errors.get("") ?? errors.get("source");
  return (
    <section class="panel" aria-labelledby="description-title">
      <h2 id="description-title">{scripts.edit}</h2>
      <p class="dim">{scripts.manageDetail}</p>
      <form class="form" method="post" action={view.href(`${scriptPath(script)}/describe`)} data-guard>
        {general !== undefined && (
          <p class="error" role="alert">
            {general}
          </p>
        )}
        <Field label={fields.name} name="name" hint={hints.name} error={errors.get("name")}>
          <input
            class="mono"
            required
            maxlength={100}
            value={typed.name}
            autocomplete="off"
            spellcheck={false}
          />
        </Field>
        <Field label={fields.description} name="description" error={errors.get("description")}>
          <textarea rows={3} maxlength={2000}>{`\n${typed.description}`}</textarea>
        </Field>
        <Field label={fields.tags} name="tags" hint={hints.tags} error={errors.get("tags")}>
          <input value={typed.tags} autocomplete="off" />
        </Field>
        <div class="actions">
          <button class="primary">{scripts.save}</button>
        </div>
      </form>
    </section>
  );
}
