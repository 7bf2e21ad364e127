import type { PlatformServices } from "../../platform.ts";
import { SkerryError } from "../../problems/errors.ts";
import { formErrors } from "../../web/form.ts";
import { definePage } from "../../web/page.ts";
import type { PageRequest, PageRoute } from "../../web/page.ts";
import type { Execution } from "../execution.ts";
import { readReplay, replayFields, ReplayForm } from "./replay-form.tsx";
import type { ReplayFormProps } from "./replay-form.tsx";

const PATH = "/executions/{execution}/replay";
const MAX_VERSIONS = 50;

type ReplayServices = Pick<PlatformServices, "executions" | "scripts" | "drafts">;

export function createReplayPages(services: ReplayServices): PageRoute[] {
  const { executions } = services;

  async function showForm(
    request: PageRequest,
    { fields, errors = new Map(), status = 200 }: Shown,
  ): Promise<Response> {
    const { caller, view, params } = request;
    const execution = await executions.get(caller, params["execution"] ?? "");
    const props: ReplayFormProps = {
      view,
      execution,
      fields: fields ?? {
        input: JSON.stringify(execution.input, null, 2),
        version: execution.version === 0 ? "draft" : String(execution.version),
      },
      errors,
      ...(await findChoices(services, request, execution)),
    };
    const title = view.t.executions.replay.action;
    return await request.page(<ReplayForm {...props} />, {
      title,
      section: "executions",
      editor: true,
      status,
    });
  }

  return [
    definePage({
      method: "GET",
      path: PATH,
      access: "scripts.execute",
      handle: (request) => showForm(request, {}),
    }),
    definePage({
      method: "POST",
      path: PATH,
      access: "scripts.execute",
      async handle(request) {
        const { caller, view, params } = request;
        const fields = await request.form(replayFields);
        try {
          const { id } = await executions.replay(caller, params["execution"] ?? "", readReplay(fields));
          return request.redirect(view.href(`/executions/${id}`), view.t.executions.replay.done);
        } catch (error) {
          const shown = { input: fields.input, version: String(fields.version) };
          return await showForm(request, { fields: shown, errors: formErrors(error), status: 422 });
        }
      },
    }),
  ];
}

interface Shown {
  /** Default: those of the execution. */
  readonly fields?: ReplayFormProps["fields"];
  readonly errors?: ReplayFormProps["errors"];
  readonly status?: number;
}

/** The newest versions of the script and its draft, and the execution's own, as far as they may be seen. */
async function findChoices(
  { scripts, drafts }: ReplayServices,
  { caller, view }: PageRequest,
  { scriptId, version }: Execution,
): Promise<Pick<ReplayFormProps, "versions" | "hasDraft">> {
  const own = version === 0 ? [] : [version];
  if (!view.can("scripts.read")) return { versions: own, hasDraft: version === 0 };
  const [page, draft] = await Promise.all([
    unlessGone(scripts.listVersions(caller, scriptId, { limit: MAX_VERSIONS })),
    unlessGone(drafts.get(caller, scriptId)),
  ]);
  const newest = page?.items.map((each) => each.version) ?? [];
  return { versions: [...new Set([...newest, ...own])], hasDraft: draft !== undefined || version === 0 };
}

/** What is not there is undefined. */
async function unlessGone<Thing>(finding: Promise<Thing>): Promise<Thing | undefined> {
  try {
    return await finding;
  } catch (error) {
    if (error instanceof SkerryError && error.status === 404) return undefined;
    throw error;
  }
}
