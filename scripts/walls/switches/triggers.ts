import type { WallSwitch } from "../wall-switch.ts";

const SERVER = "packages/server/src";
const CLAIMS = `${SERVER}/db/migrations/0026-claims-of-many-tenants.ts`;
const FAIRNESS_TESTS = `${SERVER}/jobs/fairness.test.ts`;
const FAULT_TESTS = `${SERVER}/jobs/faults.test.ts`;
const ORDER_TESTS = `${SERVER}/jobs/order.test.ts`;
const QUEUE_TESTS = `${SERVER}/jobs/queue.test.ts`;
const QUEUED_TESTS = `${SERVER}/executions/queued.test.ts`;
const FIRING_TESTS = `${SERVER}/schedules/firing.test.ts`;
const FAN_OUT_TESTS = `${SERVER}/events/fan-out.test.ts`;
const FILTER_TESTS = `${SERVER}/events/filters.test.ts`;
const EVENT_TESTS = `${SERVER}/events/events.test.ts`;

/** What is queued stays its tenant's, within its limits, and happens once. */
export const TRIGGER_SWITCHES: readonly WallSwitch[] = [
  {
    wall: "tenants",
    what: "a tenant's jobs run within its limit, over all nodes",
    file: CLAIMS,
    find: "coalesce(lane.concurrency, 0) - lane.busy,",
    replace: "coalesce(lane.concurrency, 0),",
    tests: [FAIRNESS_TESTS, "of tenants hold exactly over several nodes"],
  },
  {
    wall: "tenants",
    what: "jobs of one key run within its limit, over all nodes",
    file: `${SERVER}/db/migrations/0014-ordered-events.ts`,
    find: "if room <= 0 then return; end if;",
    replace: "room := greatest(room, 1);",
    tests: [FAIRNESS_TESTS, "of concurrency keys hold exactly"],
  },
  {
    wall: "tenants",
    what: "who keeps the order waits for what is tried again",
    file: `${SERVER}/db/migrations/0014-ordered-events.ts`,
    find: "and is_ordered and state = 'scheduled' and claims > 0));",
    replace: "and is_ordered and state = 'held' and claims < 0));",
    tests: [ORDER_TESTS, "holds up those after it"],
  },
  {
    wall: "tenants",
    what: "a claim that has lapsed completes nothing",
    file: `${SERVER}/jobs/repository.ts`,
    find: "where job.tenant_id = ended.tenant_id and job.id = ended.id and job.claims = ended.claims\n        and job.state = 'running'",
    replace: "where job.tenant_id = ended.tenant_id and job.id = ended.id\n        and job.state = 'running'",
    tests: [FAULT_TESTS, "neither completes nor fails the newer attempt"],
  },
  {
    wall: "tenants",
    what: "a claim that has lapsed fails nothing",
    file: `${SERVER}/jobs/repository.ts`,
    find: "and id = ${id} and claims = ${claim} and state = 'running'`;",
    replace: "and id = ${id} and claims >= ${claim} and state = 'running'`;",
    tests: [FAULT_TESTS, "neither completes nor fails the newer attempt"],
  },
  {
    wall: "tenants",
    what: "nobody but the platform publishes what tells of scripts",
    file: `${SERVER}/events/event.ts`,
    find: "!PLATFORM_TYPES.test(type)",
    replace: '!PLATFORM_TYPES.test("")',
    tests: [EVENT_TESTS, "whose type is not possible"],
  },
  {
    wall: "tenants",
    what: "a tenant cancels jobs of its own alone",
    file: `${SERVER}/jobs/repository.ts`,
    find: "update skerry.jobs set is_cancelled = true\n      where tenant_id = ${tenantId} and id = ${id}",
    replace:
      "update skerry.jobs set is_cancelled = true\n      where ${tenantId}::text is not null and id = ${id}",
    tests: [QUEUE_TESTS, "removes what waits, and aborts what runs"],
  },
  {
    wall: "tenants",
    what: "a job's payload has a size",
    file: `${SERVER}/jobs/job.ts`,
    find: "if (bytes > JOB_PAYLOAD_MAX_BYTES) {",
    replace: "if (bytes > Infinity) {",
    tests: [QUEUE_TESTS, "a payload that is too large"],
  },
  {
    wall: "tenants",
    what: "what has a key, such as a tick, is ordered once",
    file: `${SERVER}/executions/queued-repository.ts`,
    find: "${columnOf(({ key }) => key)}::text[]",
    replace: "${columnOf(() => null)}::text[]",
    tests: [QUEUED_TESTS, "is taken once per key"],
  },
  {
    wall: "tenants",
    what: "a suspended tenant's ticks are left out",
    file: `${SERVER}/schedules/firing-plan.ts`,
    find: 'if (row.tenant_status !== "active") {',
    replace: "if (false) {",
    tests: [FIRING_TESTS, "a suspended tenant's ticks are left out"],
  },
  {
    wall: "tenants",
    what: "events are handed out by one node at a time",
    file: `${SERVER}/events/hand-out.ts`,
    find: "if (!(await tryLockFanOut(queries, tenantId))) return NOTHING;",
    replace: "",
    tests: [FAN_OUT_TESTS, "is handed out once"],
  },
  {
    wall: "tenants",
    what: "a circle of events ends",
    file: `${SERVER}/events/publisher.ts`,
    find: "if (depth <= MAX_EVENT_DEPTH) return;",
    replace: "if (depth <= Infinity) return;",
    tests: [EVENT_TESTS, "a circle comes to an end"],
  },
  {
    wall: "tenants",
    what: "many events are filtered in a process of their tenant's own",
    file: `${SERVER}/events/filters.ts`,
    find: "evaluator.evaluate(batch.template, data, { owner: tenantId, timeoutMs });",
    replace: 'evaluator.evaluate(batch.template, data, { owner: "all", timeoutMs });',
    tests: [FILTER_TESTS, "in a process of their tenant's own"],
  },
  {
    wall: "tenants",
    what: "an event is filtered in a process of its tenant's own",
    file: `${SERVER}/events/filters.ts`,
    find: "data, { owner: tenantId, timeoutMs })) === true;",
    replace: 'data, { owner: "acme", timeoutMs })) === true;',
    tests: [FILTER_TESTS, "in a process of their tenant's own"],
  },
  {
    wall: "tenants",
    what: "a slow filter holds up its own tenant alone",
    file: `${SERVER}/events/fan-out.ts`,
    find: "judging.set(tenantId, judge(tenantId, questions));",
    replace: "await judge(tenantId, questions);",
    tests: [FAN_OUT_TESTS, "holds up its own tenant alone"],
  },
  {
    wall: "tenants",
    what: "what a filter failed at is not let through",
    file: `${SERVER}/executions/queued-attempt.ts`,
    find: "if (!asksFilter || filter === undefined) return true;",
    replace: "if (asksFilter || filter === undefined) return true;",
    tests: [FILTER_TESTS, "is a failed attempt of it"],
  },
];
