/** The queue, and the parts of one node, for the benchmarks: there is no such entry in what is published. */
export { listDescendants } from "../attacks/processes.ts";
export { readConfig } from "../config.ts";
export type { Database } from "../db/open.ts";
export { openDatabase } from "../db/open.ts";
export { withPlatform, withTenant } from "../db/tenant-scope.ts";
export { deleteEnded } from "../executions/repository.ts";
export type { Assembly } from "../main/assembly.ts";
export { assembleSkerry } from "../main/assembly.ts";
export { createLogger } from "../main/logger.ts";
export { firstIdAt } from "../rest/ids.ts";
export { fireDueSchedules } from "../schedules/firing.ts";
export type { Job, JobRequest } from "./job.ts";
export type { JobQueue } from "./queue.ts";
export { createJobQueue } from "./queue.ts";
