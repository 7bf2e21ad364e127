import { z } from "zod";
import type { PlatformServices } from "../../platform.ts";
import { checkInput } from "../../rest/input.ts";
import { definePage } from "../../web/page.ts";
import type { PageRequest, PageRoute } from "../../web/page.ts";
import { BATCH_ACTIONS, batchSelection } from "../batches/batch.ts";
import type { BatchAction, BatchSelection } from "../batches/batch.ts";
import { BatchConfirmation } from "./batch-confirmation.tsx";
import { BatchProgress } from "./batch-progress.tsx";
import { listFilter, toQuery } from "./list-query.ts";

const idList = batchSelection.shape.ids;
const actionField = z.object({ action: z.enum(BATCH_ACTIONS) });

/** What the confirmation posts: the selection as it was counted, as JSON text. */
const batchForm = actionField.extend({ selection: z.string().max(32 * 1024) });

/** `/executions/batch` asks, and `/executions/batches/{batch}` tells how far it is. */
export function createBatchPages({ batches }: Pick<PlatformServices, "batches">): PageRoute[] {
  return [
    definePage({
      method: "GET",
      path: "/executions/batch",
      access: "scripts.execute",
      async handle(request) {
        const { caller, view } = request;
        const { action } = request.query(actionField);
        const filter = request.query(listFilter);
        const selection = { ...toQuery(filter), ids: readIds(request) };
        const count = await batches.count(caller, action, selection);
        const content = (
          <BatchConfirmation
            view={view}
            action={action}
            count={count}
            filter={filter}
            selection={selection}
          />
        );
        return await request.page(content, {
          title: view.t.executions.batch.all[action],
          section: "executions",
        });
      },
    }),
    definePage({
      method: "POST",
      path: "/executions/batch",
      access: "scripts.execute",
      async handle(request) {
        const { caller, view } = request;
        const { action, selection } = await readBatch(request);
        const { id } = await batches.begin(caller, action, selection);
        return request.redirect(view.href(`/executions/batches/${id}`));
      },
    }),
    definePage({
      method: "GET",
      path: "/executions/batches/{batch}",
      access: "executions.read",
      async handle(request) {
        const { caller, view, params } = request;
        const batch = await batches.get(caller, params["batch"] ?? "");
        const content = <BatchProgress view={view} batch={batch} />;
        return await request.page(content, {
          title: view.t.executions.batch.titles[batch.action],
          section: "executions",
        });
      },
    }),
  ];
}

/** Of the rows that were ticked, which come as one field each. */
function readIds({ context }: PageRequest): readonly string[] | undefined {
  const ids = new URL(context.req.url).searchParams.getAll("ids");
  return checkInput(z.object({ ids: idList }), ids.length === 0 ? {} : { ids }).ids;
}

async function readBatch(
  request: PageRequest,
): Promise<{ readonly action: BatchAction; readonly selection: BatchSelection }> {
  const { action, selection } = await request.form(batchForm);
  return { action, selection: checkInput(batchSelection, parse(selection)) };
}

/** Anything that is no JSON is no selection either. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
