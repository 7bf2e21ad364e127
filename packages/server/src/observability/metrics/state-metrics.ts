import { defineMetrics } from "./metric.ts";

/** Every `RunnerEndReason` of the sandbox. */
export const END_REASONS = [
  "closed",
  "deadline",
  "memory",
  "silent",
  "protocol",
  "spoiled",
  "filled",
  "crashed",
] as const;

/** A node has one version, and one level reached. */
const ONE = { atMost: 1 };

/** What this node is and has at the moment, looked at when somebody asks. */
export const STATE_METRICS = defineMetrics({
  skerry_build_info: {
    kind: "gauge",
    unit: "1",
    help: "Always 1; the attributes tell what this node is.",
    attributes: { version: ONE, node_version: ONE, role: ONE },
  },
  skerry_isolation_info: {
    kind: "gauge",
    unit: "1",
    help: "1 for the isolation level that this node reaches.",
    attributes: { level: ["full", "partial", "none"] },
  },
  skerry_runners: {
    kind: "gauge",
    unit: "1",
    help: "Runner processes: `starting`, clean `spare`s, `leased` to a tenant and at work, `idle` with a tenant's lease.",
    attributes: { state: ["starting", "spare", "leased", "idle"] },
  },
  skerry_runners_max: {
    kind: "gauge",
    unit: "1",
    help: "Most runner processes at a time.",
    attributes: {},
  },
  skerry_runner_memory_bytes: {
    kind: "gauge",
    unit: "By",
    help: "Resident memory of all runner processes together.",
    attributes: {},
  },
  skerry_runner_leases: {
    kind: "sum",
    unit: "1",
    help: "Executions that their tenant's own runner took at once (`hit`), and leases of a `spare` or of a runner that had to start first (`cold`).",
    attributes: { kind: ["hit", "spare", "cold"] },
  },
  skerry_runner_starts: {
    kind: "sum",
    unit: "1",
    help: "Runner processes that became ready.",
    attributes: {},
  },
  skerry_runner_start_failures: {
    kind: "sum",
    unit: "1",
    help: "Runner processes that did not become ready.",
    attributes: {},
  },
  skerry_runner_ends: {
    kind: "sum",
    unit: "1",
    help: "Runner processes that ended: `closed` when no longer needed, `spoiled` and `filled` to be replaced; all others were killed or crashed.",
    attributes: { reason: END_REASONS },
  },
  skerry_executions_running: {
    kind: "gauge",
    unit: "1",
    help: "Executions in runners of this node.",
    attributes: {},
  },
  skerry_executions_waiting: {
    kind: "gauge",
    unit: "1",
    help: "Executions that wait for a runner of this node.",
    attributes: {},
  },
  skerry_queue_slots: {
    kind: "gauge",
    unit: "1",
    help: "Queued jobs that this node may run at a time, by whether they are in use.",
    attributes: { state: ["used", "free"] },
  },
  skerry_database_connections: {
    kind: "gauge",
    unit: "1",
    help: "Connections of this node to the database.",
    attributes: { state: ["used", "idle"] },
  },
  skerry_database_connections_max: {
    kind: "gauge",
    unit: "1",
    help: "Most connections that this node opens for statements.",
    attributes: {},
  },
  skerry_database_waiting: {
    kind: "gauge",
    unit: "1",
    help: "Statements that wait for a connection.",
    attributes: {},
  },
  skerry_event_loop_delay_seconds: {
    kind: "gauge",
    unit: "s",
    help: "Delay of the main thread's event loop since somebody asked for it, 10 s at least.",
    attributes: { statistic: ["p50", "p99", "max"] },
  },
  skerry_event_loop_utilization: {
    kind: "gauge",
    unit: "1",
    help: "Part of the same time in which the event loop was at work, from 0 to 1.",
    attributes: {},
  },
  process_cpu_seconds: {
    kind: "sum",
    unit: "s",
    help: "CPU time of this node's process, without its runners.",
    attributes: {},
  },
  process_resident_memory_bytes: {
    kind: "gauge",
    unit: "By",
    help: "Resident memory of this node's process, without its runners.",
    attributes: {},
  },
  process_heap_bytes: {
    kind: "gauge",
    unit: "By",
    help: "Used part of the JavaScript heap.",
    attributes: {},
  },
  process_open_fds: {
    kind: "gauge",
    unit: "1",
    help: "Open file descriptors; absent where the system does not tell.",
    attributes: {},
  },
  process_start_time_seconds: {
    kind: "gauge",
    unit: "s",
    help: "When the process started, since the epoch.",
    attributes: {},
  },
});

/** What all nodes share, as the database told it when somebody looked last; every node exports the same. */
export const SHARED_METRICS = defineMetrics({
  skerry_database_up: {
    kind: "gauge",
    unit: "1",
    help: "Whether the database answered when this node last asked: 1 or 0. Without an answer the metrics of this table are absent.",
    attributes: {},
  },
  skerry_queue_jobs: {
    kind: "gauge",
    unit: "1",
    help: "Jobs in the queue: `scheduled` for later, `held` by a concurrency limit, `ready`, `running`.",
    attributes: { state: ["scheduled", "held", "ready", "running"] },
  },
  skerry_queue_oldest_wait_seconds: {
    kind: "gauge",
    unit: "s",
    help: "How long the job that is due and waits longest has waited.",
    attributes: {},
  },
  skerry_nodes: {
    kind: "gauge",
    unit: "1",
    help: "Nodes that told of themselves: `alive` within the last 30 s, or `lost` within the last day without saying that they end.",
    attributes: { state: ["alive", "lost"] },
  },
  skerry_database_size_bytes: {
    kind: "gauge",
    unit: "By",
    help: "Size of the database.",
    attributes: {},
  },
  skerry_database_server_connections: {
    kind: "gauge",
    unit: "1",
    help: "Connections of everybody to the database.",
    attributes: {},
  },
  skerry_database_server_connections_max: {
    kind: "gauge",
    unit: "1",
    help: "Connections that the database server allows.",
    attributes: {},
  },
});
