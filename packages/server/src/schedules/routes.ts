import { bindRoute } from "../rest/router.ts";
import type { BoundRoute } from "../rest/router.ts";
import { listSchedules, previewSchedule } from "./contract.ts";
import type { ScheduleService } from "./service.ts";

/** `/schedules` and what is below it. */
export function createScheduleRoutes(schedules: ScheduleService): BoundRoute[] {
  return [
    bindRoute(listSchedules, ({ caller, query }) => schedules.list(caller, query)),
    bindRoute(previewSchedule, ({ caller, body }) => schedules.preview(caller, body)),
  ];
}
