export { createClient } from "./client.ts";
export type { Client, LogFollower } from "./client.ts";
export { SkerryClientError } from "./errors.ts";
export type { ClientErrorCode } from "./errors.ts";
/** Everything that goes to Skerry and comes from it: `Api.Script`, `Api.Execution` and so on. */
export type * as Api from "./generated/types.ts";
export type { List, Page } from "./list.ts";
export type { FollowOptions, LogEvent } from "./log-events.ts";
export type { ClientOptions, RequestOptions } from "./transport.ts";
