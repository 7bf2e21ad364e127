import { JOB_ERRORS } from "../../jobs/errors.ts";
import { SANDBOX_ERRORS } from "@skerry/sandbox";
import { EXECUTION_TRIGGERS, SCRIPT_TYPES } from "../../db/schema.ts";
import { SERVER_ERRORS } from "../../problems/error-table.ts";
import { QUOTA_NAMES } from "../../plans/plan.ts";
import { defineMetrics } from "./metric.ts";

/** From a warm call to the longest that scripts may take. */
const RUN_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
const WAIT_BUCKETS = [0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const REQUEST_BUCKETS = [0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
const LATENESS_BUCKETS = [0.05, 0.25, 1, 2.5, 5, 10, 30, 300];

const ERROR_CODES: readonly string[] = [
  ...Object.keys(SANDBOX_ERRORS),
  ...Object.keys(JOB_ERRORS),
  ...Object.keys(SERVER_ERRORS),
];

/** Limits that end an execution. */
export const LIMITS = [
  "cpuMs",
  "wallMs",
  "memoryMb",
  "capabilityCalls",
  "inputBytes",
  "outputBytes",
  "runnerWait",
] as const;

/** Kinds of jobs, of which executions are one. */
export const JOB_KINDS = ["execution", "execution.batch", "alert"] as const;
export type JobKind = (typeof JOB_KINDS)[number];

const STATUS_CLASSES = ["1xx", "2xx", "3xx", "4xx", "5xx"] as const;
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;

/** Twice as many as there are. */
const MAX_ROUTES = 150;
/** Those of `ctx`, and as many services as a host may sensibly have. */
const MAX_CAPABILITIES = 200;

/** What is asked of this node and what it does, counted in the rooms. */
export const WORK_METRICS = defineMetrics({
  skerry_executions: {
    kind: "counter",
    unit: "1",
    help: "Executions that this node ran to their end.",
    attributes: {
      type: SCRIPT_TYPES,
      trigger: EXECUTION_TRIGGERS,
      status: ["completed", "failed", "timeout", "cancelled"],
    },
  },
  skerry_execution_failures: {
    kind: "counter",
    unit: "1",
    help: "Executions that did not complete, by the code of their error.",
    attributes: { code: ERROR_CODES },
  },
  skerry_execution_limits_hit: {
    kind: "counter",
    unit: "1",
    help: "Executions that a limit ended; `runnerWait` is the longest wait for a runner.",
    attributes: { limit: LIMITS },
  },
  skerry_execution_duration_seconds: {
    kind: "histogram",
    unit: "s",
    help: "How long executions ran, without their wait.",
    attributes: { type: SCRIPT_TYPES },
    buckets: RUN_BUCKETS,
  },
  skerry_execution_wait_seconds: {
    kind: "histogram",
    unit: "s",
    help: "How long executions waited from when they might begin: in the queue, and for a runner of their tenant.",
    attributes: { type: SCRIPT_TYPES },
    buckets: WAIT_BUCKETS,
  },
  skerry_jobs: {
    kind: "counter",
    unit: "1",
    help: "Attempts of queued jobs that ended on this node. One that is `released` or `postponed` does not count as an attempt.",
    attributes: { kind: JOB_KINDS, outcome: ["done", "failed", "postponed", "released"] },
  },
  skerry_capability_calls: {
    kind: "counter",
    unit: "1",
    help: "Calls of scripts to capabilities: `refused` with an error for the script, `failed` inside the host.",
    attributes: { capability: { atMost: MAX_CAPABILITIES }, outcome: ["ok", "refused", "failed"] },
  },
  skerry_capability_duration_seconds: {
    kind: "histogram",
    unit: "s",
    help: "How long capability calls took in the host.",
    attributes: { capability: { atMost: MAX_CAPABILITIES } },
    buckets: REQUEST_BUCKETS,
  },
  skerry_events_published: {
    kind: "counter",
    unit: "1",
    help: "Events that were stored, those with an id that was published before included.",
    attributes: {},
  },
  skerry_event_deliveries: {
    kind: "counter",
    unit: "1",
    help: "Executions that were queued for events, one for each script that subscribes.",
    attributes: {},
  },
  skerry_dead_letters: {
    kind: "counter",
    unit: "1",
    help: "Events that scripts failed to handle as often as they may.",
    attributes: {},
  },
  skerry_schedule_ticks: {
    kind: "counter",
    unit: "1",
    help: "Ticks of schedules: `fired`, `skipped` because the one before still ran, or missed at a `misfire`, which counts once however many ticks were missed.",
    attributes: { outcome: ["fired", "skipped", "misfire"] },
  },
  skerry_schedule_lateness_seconds: {
    kind: "histogram",
    unit: "s",
    help: "How long after its time a tick was queued.",
    attributes: {},
    buckets: LATENESS_BUCKETS,
  },
  skerry_http_requests: {
    kind: "counter",
    unit: "1",
    help: "Requests answered, by the template of their route: `/run` for all scripts, `pages` for the web UI, `none` where no route is.",
    attributes: { method: METHODS, route: { atMost: MAX_ROUTES }, status: STATUS_CLASSES },
  },
  skerry_http_request_duration_seconds: {
    kind: "histogram",
    unit: "s",
    help: "Time until a response began.",
    attributes: { route: { atMost: MAX_ROUTES } },
    buckets: REQUEST_BUCKETS,
  },
  skerry_quota_refusals: {
    kind: "counter",
    unit: "1",
    help: "What was refused because a tenant's quota is used up; `requestsPerMinute` is the rate limit.",
    attributes: { quota: QUOTA_NAMES },
  },
  skerry_database_query_duration_seconds: {
    kind: "histogram",
    unit: "s",
    help: "How long statements took, without their wait for a connection.",
    attributes: { outcome: ["ok", "failed"] },
    buckets: REQUEST_BUCKETS,
  },
  skerry_runner_start_duration_seconds: {
    kind: "histogram",
    unit: "s",
    help: "From the start of a runner process until it could take work.",
    attributes: {},
    buckets: WAIT_BUCKETS,
  },
});
