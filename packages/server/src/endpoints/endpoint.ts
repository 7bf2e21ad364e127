import type { ExecutionState, ScriptStatus } from "../db/schema.ts";
import type { PageRequest } from "../rest/paging.ts";
import type { HttpMethod } from "./path-pattern.ts";
import type { EndpointAuth } from "./settings.ts";

/** Where a published `http` script answers. */
export interface Endpoint {
  readonly scriptId: string;
  readonly scriptName: string;
  /** Only an active script answers. */
  readonly scriptStatus: ScriptStatus;
  readonly version: number;
  /** E.g. `/orders/:id`. */
  readonly pattern: string;
  /** Absolute, unless the installation does not know where it is reached; at the tenant's own host where it has one. */
  readonly url: string;
  readonly methods: readonly HttpMethod[];
  readonly auth: EndpointAuth;
  /** Null where there was none, it is gone from the history, or who asks may not see executions. */
  readonly lastResponse: EndpointResponse | null;
}

/** What an endpoint answered to a request. */
export interface EndpointResponse {
  readonly executionId: string;
  readonly state: ExecutionState;
  /** Of HTTP; null while the script runs. */
  readonly status: number | null;
  readonly durationMs: number | null;
  readonly at: Date;
}

/** Another endpoint that would answer some of the same requests. */
export interface Overlap {
  readonly scriptId: string;
  readonly scriptName: string;
  readonly pattern: string;
  /** Those that both take. */
  readonly methods: readonly HttpMethod[];
  /** Whether this endpoint answers what both would; else the other does. */
  readonly wins: boolean;
}

export interface EndpointDetail extends Endpoint {
  /** Newest first. */
  readonly responses: readonly EndpointResponse[];
  /** By the other's name; none unless the script is active. */
  readonly overlaps: readonly Overlap[];
}

/** Which endpoints are listed: those that fit all of it. */
export interface EndpointsQuery extends PageRequest {
  /** How the script's name begins. */
  readonly search?: string | undefined;
  /** Default: all but archived. */
  readonly status?: ScriptStatus | undefined;
}
