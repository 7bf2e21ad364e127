/** The queue, and the parts of one node, for the benchmarks: there is no such entry in what is published. */
export { readConfig } from "../config.ts";
export { openDatabase } from "../db/open.ts";
export type { Database } from "../db/open.ts";
export { withTenant } from "../db/tenant-scope.ts";
export { assembleSkerry } from "../main/assembly.ts";
export type { Assembly } from "../main/assembly.ts";
export { createLogger } from "../main/logger.ts";
export { createJobQueue } from "./queue.ts";
export type { JobQueue } from "./queue.ts";
export type { Job, JobRequest } from "./job.ts";
