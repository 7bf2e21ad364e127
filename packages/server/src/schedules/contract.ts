import { defineRoute, pageOf } from "../rest/route.ts";
import { previewInput, schedule, schedulePreview, schedulesQuery } from "./schedule.ts";

export const listSchedules = defineRoute({
  operation: "schedules.list",
  method: "GET",
  path: "/schedules",
  summary: "Lists the schedules of published scripts with their last and next runs, the newest script first.",
  access: "scripts.read",
  query: schedulesQuery,
  answers: { 200: pageOf(schedule) },
});

export const previewSchedule = defineRoute({
  operation: "schedules.preview",
  method: "POST",
  path: "/schedules/preview",
  summary: "Tells when a script with this cron pattern would run; nothing is made.",
  access: "scripts.read",
  body: previewInput,
  answers: { 200: schedulePreview },
});

export const SCHEDULE_ROUTES = [listSchedules, previewSchedule] as const;
