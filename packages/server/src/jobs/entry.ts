/** The queue by itself, for the benchmarks: there is no such entry in what is published. */
export { openDatabase } from "../db/open.ts";
export type { Database } from "../db/open.ts";
export { withTenant } from "../db/tenant-scope.ts";
export { createLogger } from "../main/logger.ts";
export { createJobQueue } from "./queue.ts";
export type { JobQueue } from "./queue.ts";
export type { Job, JobRequest } from "./job.ts";
