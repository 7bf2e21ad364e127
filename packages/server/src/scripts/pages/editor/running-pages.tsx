import { z } from "zod";
import type { EndpointTrials } from "../../../endpoints/trial.ts";
import type { Execution } from "../../../executions/execution.ts";
import type { ExecutionService } from "../../../executions/service.ts";
import { SkerryError } from "../../../problems/errors.ts";
import { requirePermission } from "../../../auth/principal.ts";
import { Notice } from "../../../web/parts/notice.tsx";
import { definePage } from "../../../web/page.ts";
import type { PageRequest, PageRoute } from "../../../web/page.ts";
import type { FormFields } from "../trigger-settings-form.ts";
import { announceSaved, SavedPieces } from "./answers.tsx";
import type { EditorPages } from "./editor-pages.tsx";
import { canEditScript } from "./editor.tsx";
import { isEmbedded } from "./links.ts";
import { RecentExecutions } from "./recent-executions.tsx";
import { readInput, readRequest } from "./run-input.ts";
import { RunStatus, RunView, TrialView } from "./run-view.tsx";
import { saveThen } from "./save-request.ts";
import type { Saved } from "./saving.ts";
import { loadEditor } from "./state.ts";
import type { EditorServices, EditorState } from "./state.ts";
import { isAboutSource } from "./writing-pages.tsx";

export interface RunningServices extends EditorServices {
  readonly executions: ExecutionService;
  readonly endpointTrials: EndpointTrials;
}

const MAX_TRIAL_LINES = 200;

/** `/scripts/{script}/run` and what becomes of an execution that was begun there. */
export function createRunningPages(services: RunningServices, { listRecent }: EditorPages): PageRoute[] {
  const { executions, endpointTrials } = services;

  async function run(request: PageRequest, state: EditorState, fields: FormFields) {
    const { view, caller } = request;
    const { script, draft } = state;
    const shown = { view, state, isEmbedded: isEmbedded(request) };
    if (script.type === "http") {
      const answer = await endpointTrials.send(caller, script.id, readRequest(fields, view.t.scriptEditor));
      const execution = await executions.get(caller, answer.executionId);
      const lines = await executions.listLogs(caller, execution.id, { limit: MAX_TRIAL_LINES });
      const trial = <TrialView {...shown} execution={execution} answer={answer} lines={lines.items} />;
      return { execution, content: trial };
    }
    const input = readInput(fields, view.t.scriptEditor);
    const wished = { input, draft: draft !== undefined, wait: false, trigger: "manual" } as const;
    const execution = await executions.execute(caller, script.id, wished);
    return { execution, content: <RunView {...shown} execution={execution} /> };
  }

  async function showRecent(request: PageRequest, { script }: EditorState) {
    const recent = await listRecent(request.caller, script);
    return (
      <RecentExecutions
        view={request.view}
        script={script}
        executions={recent}
        isEmbedded={isEmbedded(request)}
        isSwap
      />
    );
  }

  async function answerRun(request: PageRequest, saved: Saved, fields: FormFields): Promise<Response> {
    const { view } = request;
    try {
      const { execution, content } = await run(request, saved.state, fields);
      if (!request.isFragment) return request.redirect(view.href(`/executions/${execution.id}`));
      const response = await request.fragment(
        <>
          {content}
          <SavedPieces view={view} saved={saved} />
          {await showRecent(request, saved.state)}
        </>,
      );
      return announceSaved(response, saved);
    } catch (error) {
      if (!(error instanceof SkerryError) || error.status >= 500 || !request.isFragment) throw error;
      const isInSource = isAboutSource(error) && error.code !== "INPUT_INVALID";
      const response = await request.fragment(
        <>
          {!isInSource && <Notice tone="bad">{error.message}</Notice>}
          <SavedPieces view={view} saved={saved} {...(isInSource && { error })} />
        </>,
        { status: error.status },
      );
      return announceSaved(response, saved);
    }
  }

  async function find(
    request: PageRequest,
  ): Promise<{ readonly state: EditorState; readonly execution: Execution }> {
    const { caller, params } = request;
    const state = await loadEditor(services, caller, params["script"] ?? "");
    const execution = await executions.get(caller, params["execution"] ?? "");
    if (execution.scriptId === state.script.id) return { state, execution };
    const message = `The execution ${execution.id} is none of ${state.script.name}.`;
    throw new SkerryError("EXECUTION_NOT_FOUND", message);
  }

  async function showStatus(
    request: PageRequest,
    state: EditorState,
    execution: Execution,
  ): Promise<Response> {
    const { view } = request;
    if (!request.isFragment) return request.redirect(view.href(`/executions/${execution.id}`));
    return await request.fragment(
      <>
        <RunStatus view={view} state={state} execution={execution} isEmbedded={isEmbedded(request)} />
        {execution.completedAt !== null && (await showRecent(request, state))}
      </>,
    );
  }

  return [
    definePage({
      method: "POST",
      path: "/scripts/{script}/run",
      access: "scripts.execute",
      async handle(request) {
        // The answer shows what it gave.
        requirePermission(request.caller, "executions.read");
        const state = await loadEditor(services, request.caller, request.params["script"] ?? "");
        if (canEditScript(request.view, state)) {
          return await saveThen(services, request, state, (saved, { fields }) =>
            answerRun(request, saved, fields),
          );
        }
        const fields = await request.form(z.looseObject({}));
        const written = { source: state.content.source, settings: undefined };
        return await answerRun(request, { state, written, refusal: undefined }, fields);
      },
    }),
    definePage({
      method: "GET",
      path: "/scripts/{script}/runs/{execution}",
      access: "executions.read",
      async handle(request) {
        const { state, execution } = await find(request);
        return await showStatus(request, state, execution);
      },
    }),
    definePage({
      method: "POST",
      path: "/scripts/{script}/runs/{execution}/cancel",
      access: "scripts.execute",
      async handle(request) {
        const { state, execution } = await find(request);
        const isOver = execution.completedAt !== null;
        const now = isOver ? execution : await executions.cancel(request.caller, execution.id);
        return await showStatus(request, state, now);
      },
    }),
  ];
}
