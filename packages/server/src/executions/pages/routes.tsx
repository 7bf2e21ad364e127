import type { Caller } from "../../auth/principal.ts";
import type { PlatformServices } from "../../platform.ts";
import { SkerryError } from "../../problems/errors.ts";
import type { Page } from "../../rest/paging.ts";
import { definePage } from "../../web/page.ts";
import type { PageRequest, PageRoute } from "../../web/page.ts";
import { executionsQuery } from "../execution.ts";
import type { Execution } from "../execution.ts";
import { createBatchPages } from "./batch-pages.tsx";
import { findDetails } from "./details.ts";
import type { DetailServices } from "./details.ts";
import { ExecutionList } from "./execution-list.tsx";
import { ExecutionPage } from "./execution-page.tsx";
import { shortId } from "./execution-row.tsx";
import { listQuery, toQuery } from "./list-query.ts";
import type { ListFilter } from "./list-query.ts";
import { createReplayPages } from "./replay-pages.tsx";

/** Script names that the filter of the list offers; others can be typed. */
const OFFERED_SCRIPTS = 200;
const NOTHING: Page<Execution> = { items: [], nextCursor: null };

/** `/executions` and what is below it. */
export function createExecutionPages(
  services: DetailServices & Pick<PlatformServices, "batches">,
): PageRoute[] {
  const { executions, scripts } = services;

  async function findPage(
    caller: Caller,
    filter: ListFilter,
    cursor: string | undefined,
  ): Promise<Page<Execution>> {
    const { limit } = executionsQuery.parse({});
    try {
      return await executions.list(caller, { ...toQuery(filter), limit, cursor });
    } catch (error) {
      // Somebody is still typing the name.
      if (error instanceof SkerryError && error.code === "SCRIPT_NOT_FOUND") return NOTHING;
      throw error;
    }
  }

  async function listScriptNames({ caller, view }: PageRequest): Promise<readonly string[]> {
    if (!view.can("scripts.read")) return [];
    const { items } = await scripts.list(caller, { limit: OFFERED_SCRIPTS });
    return items.map(({ name }) => name);
  }

  return [
    definePage({
      method: "GET",
      path: "/executions",
      access: "executions.read",
      async handle(request) {
        const { caller, view } = request;
        const { cursor, ...filter } = request.query(listQuery);
        const [page, offered] = await Promise.all([
          findPage(caller, filter, cursor),
          listScriptNames(request),
        ]);
        const names = await executions.nameScripts(
          caller,
          page.items.map(({ scriptId }) => scriptId),
        );
        const content = <ExecutionList {...{ view, filter, cursor, page, names }} scripts={offered} />;
        return await request.page(content, { title: view.t.executions.title, section: "executions" });
      },
    }),
    ...createBatchPages(services),
    definePage({
      method: "GET",
      path: "/executions/{execution}",
      access: "executions.read",
      async handle(request) {
        const { caller, view, params } = request;
        const details = await findDetails(services, caller, view, params["execution"] ?? "");
        const { id } = details.execution;
        const title = view.t.executions.titleOf(shortId(id));
        return await request.page(<ExecutionPage view={view} details={details} />, {
          title,
          section: "executions",
        });
      },
    }),
    ...createReplayPages(services),
    definePage({
      method: "POST",
      path: "/executions/{execution}/cancel",
      access: "scripts.execute",
      async handle(request) {
        const { caller, view, params } = request;
        const { id } = await executions.cancel(caller, params["execution"] ?? "");
        return request.redirect(view.href(`/executions/${id}`), view.t.executions.cancel.done);
      },
    }),
    definePage({
      method: "GET",
      path: "/scripts/{script}/executions",
      access: "executions.read",
      handle(request) {
        const { view, params } = request;
        return request.redirect(view.href("/executions", { script: params["script"] }));
      },
    }),
  ];
}
