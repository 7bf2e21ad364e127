import { z } from "zod";
import type { Caller } from "../../auth/principal.ts";
import { SCRIPT_STATUSES } from "../../db/schema.ts";
import { executeInput } from "../../executions/execution.ts";
import type { PlatformServices } from "../../platform.ts";
import { isUuid } from "../../rest/ids.ts";
import { checkInput, storableText } from "../../rest/input.ts";
import { createPageQuery } from "../../rest/paging.ts";
import { scriptChange } from "../../scripts/script.ts";
import { formErrors } from "../../web/form.ts";
import { definePage } from "../../web/page.ts";
import type { PageRequest, PageRoute } from "../../web/page.ts";
import { filterField } from "../../web/filter-field.ts";
import { PageHeader } from "../../web/parts/page-header.tsx";
import { previewInput } from "../schedule.ts";
import type { ScheduleService } from "../service.ts";
import { CronTrial } from "./cron-trial.tsx";
import type { CronTrialFacts } from "./cron-trial.tsx";
import { ScheduleList } from "./schedule-list.tsx";
import { ScheduleRow } from "./schedule-row.tsx";

const listQuery = z.object({
  ...createPageQuery(isUuid),
  search: filterField(storableText(100)),
  status: filterField(z.enum(SCRIPT_STATUSES)),
});

/** What somebody may be in the middle of typing. */
const trialQuery = z.object({ cron: z.string().default("0 9 * * 1-5"), timezone: filterField(z.string()) });

/** `/schedules` and what is below it. */
export function createSchedulePages({
  schedules,
  scripts,
  executions,
}: Pick<PlatformServices, "schedules" | "scripts" | "executions">): PageRoute[] {
  const changeStatus = (verb: "pause" | "resume", status: "paused" | "active") =>
    definePage({
      method: "POST",
      path: `/schedules/{schedule}/${verb}`,
      access: "scripts.update",
      async handle(request) {
        const { caller, view, params } = request;
        const { id, name } = await scripts.update(
          caller,
          params["schedule"] ?? "",
          scriptChange.parse({ status }),
        );
        const toast = verb === "pause" ? view.t.schedules.paused(name) : view.t.schedules.resumed(name);
        if (!request.isFragment) return request.redirect(view.href("/schedules"), toast);
        const schedule = await schedules.get(caller, id);
        return await request.fragment(<ScheduleRow view={view} schedule={schedule} />, { toast });
      },
    });

  return [
    definePage({
      method: "GET",
      path: "/schedules",
      access: "scripts.read",
      async handle(request) {
        const { caller, view } = request;
        const query = request.query(listQuery);
        const [page, trial] = await Promise.all([
          schedules.list(caller, query),
          tryCron(schedules, caller, trialQuery.parse({})),
        ]);
        const { limit: _, ...filters } = query;
        const content = <ScheduleList view={view} query={filters} schedules={page} trial={trial} />;
        return await request.page(content, { title: view.t.schedules.title, section: "schedules" });
      },
    }),
    definePage({
      method: "GET",
      path: "/schedules/preview",
      access: "scripts.read",
      handle: (request) => showTrial(request, schedules),
    }),
    changeStatus("pause", "paused"),
    changeStatus("resume", "active"),
    definePage({
      method: "POST",
      path: "/schedules/{schedule}/run",
      access: "scripts.execute",
      async handle(request) {
        const { caller, view, params } = request;
        const name = params["schedule"] ?? "";
        const wished = executeInput.parse({ wait: false, trigger: "manual" });
        const { id } = await executions.execute(caller, name, wished);
        return request.redirect(view.href(`/executions/${id}`), view.t.schedules.started(name));
      },
    }),
  ];
}

async function showTrial(request: PageRequest, schedules: ScheduleService): Promise<Response> {
  const { caller, view } = request;
  const trial = <CronTrial view={view} trial={await tryCron(schedules, caller, request.query(trialQuery))} />;
  if (request.isFragment) return await request.fragment(trial);
  const { title, tryTitle } = view.t.schedules;
  const content = (
    <>
      <PageHeader title={title} />
      {trial}
    </>
  );
  return await request.page(content, { title: tryTitle, section: "schedules" });
}

async function tryCron(
  schedules: ScheduleService,
  caller: Caller,
  { cron, timezone = "UTC" }: z.output<typeof trialQuery>,
): Promise<CronTrialFacts> {
  try {
    const { runs } = await schedules.preview(caller, checkInput(previewInput, { cron, timezone }));
    return { cron, timezone, runs };
  } catch (error) {
    return { cron, timezone, errors: formErrors(error) };
  }
}
