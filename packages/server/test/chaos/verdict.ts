import { gatherClaims } from "./claims.ts";
import type { Claim } from "./claims.ts";
import type { Disturbance, Evidence, TickWindow } from "./evidence.ts";
import type { Run } from "./journal.ts";

/** How the platform broke its word. */
export const VIOLATION_KINDS = ["lost", "unexpected", "duplicate", "history", "trouble"] as const;

export interface Violation {
  readonly kind: (typeof VIOLATION_KINDS)[number];
  readonly text: string;
}

/** What was counted, all of it by the journals. */
export type Counts = Readonly<Record<string, number>>;

export interface Verdict {
  readonly counts: Counts;
  readonly violations: readonly Violation[];
}

/** Something that had to happen: known since when, and when it did first. */
export interface Delivery {
  readonly dueAt: number;
  readonly runAt: number | undefined;
  readonly name: string;
}

const SECOND_MS = 1_000;
/** A node that is killed may take along what it answered just before, or while it waited for the database. */
const KEPT_AFTER_MS = 15_000;

/** Judges in the manner of Jepsen's total-queue: what was acknowledged comes out, and nothing else does. */
export function judge(evidence: Evidence): Verdict {
  const claims = gatherClaims(evidence.notes);
  const deliveries = listDeliveries(evidence, claims);
  const groups = groupRuns(evidence.runs);
  const violations = [
    ...findLost(evidence, deliveries),
    ...evidence.runs.flatMap((run) => findUnexpected(run, evidence, claims)),
    ...[...groups].flatMap(([name, runs]) => findWrongRepetition(name, runs, evidence)),
    ...findForgotten(evidence),
  ];
  return { violations, counts: count(evidence, claims, deliveries, groups) };
}

/** Runs of the same thing by the same script, in the order in which they were heard. */
function groupRuns(runs: readonly Run[]): ReadonlyMap<string, readonly Run[]> {
  return Map.groupBy(runs, nameRun);
}

function nameRun({ tenant, script, token, scheduledAt }: Run): string {
  return nameDelivery(tenant, script, token ?? scheduledAt ?? "nothing");
}

function nameDelivery(tenant: string, script: string, what: string): string {
  return `${what} by ${script} of ${tenant}`;
}

/** All that has to be run, with when it was first. */
export function listDeliveries(
  evidence: Evidence,
  claims = gatherClaims(evidence.notes),
): readonly Delivery[] {
  const firstRuns = new Map<string, number>();
  for (const run of evidence.runs.toReversed()) firstRuns.set(nameRun(run), run.at);
  const wanted = [...claims.values()].flatMap((claim) => listOfClaim(evidence, claim));
  return [...wanted, ...listTicks(evidence)].map((each) => ({ ...each, runAt: firstRuns.get(each.name) }));
}

function listOfClaim({ subscribers, oneOff }: Evidence, { attempted, acknowledged }: Claim) {
  if (acknowledged === undefined) return [];
  const { kind, tenant, token, type } = attempted;
  const scripts =
    kind === "oneoff"
      ? [oneOff]
      : Object.keys(subscribers).filter((script) => subscribers[script]?.includes(type));
  return scripts.map((script) => ({ dueAt: acknowledged.at, name: nameDelivery(tenant, script, token) }));
}

function listTicks({ schedules, ticks: { madeBy, wantedUntil } }: Evidence) {
  const first = Math.floor(madeBy / SECOND_MS) + 1;
  const length = Math.max(0, Math.floor(wantedUntil / SECOND_MS) - first + 1);
  const times = Array.from({ length }, (_, index) => (first + index) * SECOND_MS);
  return schedules.flatMap(({ tenant, script }) =>
    times.map((dueAt) => ({ dueAt, name: nameDelivery(tenant, script, new Date(dueAt).toISOString()) })),
  );
}

/** A one-off execution is tried once, so one that a fault ended is not lost as long as it says so. */
function findLost(evidence: Evidence, deliveries: readonly Delivery[]): Violation[] {
  const visible = listVisibleFailures(evidence);
  return deliveries
    .filter(({ runAt, name }) => runAt === undefined && !visible.has(name))
    .map(({ name, dueAt }) => ({
      kind: "lost",
      text: `${name}: due at ${new Date(dueAt).toISOString()}, never run`,
    }));
}

function listVisibleFailures({ notes, oneOff, history }: Evidence): ReadonlySet<string> {
  const failed = new Set(
    [...history.values()].flatMap(({ jobId, status }) =>
      status === "failed" && jobId !== null ? [jobId] : [],
    ),
  );
  const oneOffs = [...gatherClaims(notes).values()].filter(({ attempted }) => attempted.kind === "oneoff");
  return new Set(
    oneOffs
      .filter(({ acknowledged }) => acknowledged !== undefined && failed.has(acknowledged.id))
      .map(({ attempted: { tenant, token } }) => nameDelivery(tenant, oneOff, token)),
  );
}

function findUnexpected(run: Run, evidence: Evidence, claims: ReadonlyMap<string, Claim>): Violation[] {
  const problem =
    run.scheduledAt === null ? problemOfWork(run, evidence, claims) : problemOfTick(run, evidence);
  return problem === undefined ? [] : [{ kind: "unexpected", text: `${nameRun(run)}: ${problem}` }];
}

function problemOfWork(
  { token, tenant, script, eventId }: Run,
  { subscribers, oneOff }: Evidence,
  claims: ReadonlyMap<string, Claim>,
): string | undefined {
  const claim = claims.get(token ?? "");
  if (claim === undefined) return "nobody asked for it";
  const { attempted, acknowledged, isRolledBack } = claim;
  if (isRolledBack) return "its transaction was rolled back";
  if (tenant !== attempted.tenant) return `it is of the tenant ${attempted.tenant}`;
  if (attempted.kind === "oneoff") return script === oneOff ? undefined : "it is no event";
  if (!subscribers[script]?.includes(attempted.type))
    return `the script has nothing to do with ${attempted.type}`;
  const id = attempted.id ?? acknowledged?.id ?? eventId;
  return eventId === id ? undefined : `the event has the id ${eventId} and was published as ${id}`;
}

function problemOfTick(
  { scheduledAt, tenant, script }: Run,
  { schedules, ticks }: Evidence,
): string | undefined {
  const time = Date.parse(scheduledAt ?? "");
  if (!schedules.some((each) => each.tenant === tenant && each.script === script))
    return "it has no schedule";
  return canTick(time, ticks) ? undefined : "the schedule has no such tick";
}

function canTick(time: number, { askedAt, pausedBy }: TickWindow): boolean {
  return time % SECOND_MS === 0 && time >= askedAt - SECOND_MS && time <= pausedBy;
}

/**
 * What ran more than once has to be the same event, of one job, each time another execution; and between two runs there
 * must have been something that made the second one necessary.
 */
function findWrongRepetition(name: string, runs: readonly Run[], evidence: Evidence): Violation[] {
  const say = (text: string): Violation => ({ kind: "duplicate", text: `${name}: ${text}` });
  const executions = new Set(runs.map(({ executionId }) => executionId));
  if (executions.size < runs.length) return [say("one execution ran twice")];
  const events = new Set(runs.map(({ eventId }) => eventId));
  if (events.size > 1) return [say(`it came as the events ${[...events].join(", ")}`)];
  const jobs = new Set(runs.map(({ executionId }) => evidence.history.get(executionId)?.jobId));
  if (jobs.size > 1) return [say(`it was made ${jobs.size} times, as the jobs ${[...jobs].join(", ")}`)];
  return runs
    .slice(1)
    .filter((run, index) => !isExplained(runs[index] as Run, run, evidence.disturbances))
    .map(({ at, attempt }) =>
      say(`attempt ${attempt} at ${new Date(at).toISOString()}, and nothing had happened`),
    );
}

function isExplained(earlier: Run, later: Run, disturbances: readonly Disturbance[]): boolean {
  return disturbances.some(({ from, to }) => from <= later.at && to >= earlier.at);
}

/** Queued executions are written before they run; those of endpoints behind, so that a kill may cost the last ones. */
function findForgotten({ runs, notes, history, disturbances }: Evidence): Violation[] {
  const queued = runs
    .filter(({ executionId }) => !history.has(executionId))
    .map((run) => `${nameRun(run)}: its execution ${run.executionId} is not in the history`);
  const answered = notes
    .filter((each) => each.what === "answered")
    .filter(({ executionId, node, at }) => !history.has(executionId) && !wasKilled(node, at, disturbances))
    .map(({ executionId, node }) => `${executionId}, answered by ${node}, is not in the history`);
  return [...queued, ...answered].map((text) => ({ kind: "history", text }));
}

function wasKilled(node: string, after: number, disturbances: readonly Disturbance[]): boolean {
  return disturbances.some(
    ({ kind, target, from }) =>
      kind === "kill-node" && target === node && from >= after && from <= after + KEPT_AFTER_MS,
  );
}

function count(
  { notes, runs, history }: Evidence,
  claims: ReadonlyMap<string, Claim>,
  deliveries: readonly Delivery[],
  groups: ReadonlyMap<string, readonly Run[]>,
): Counts {
  const all = [...claims.values()];
  const open = all.filter(({ acknowledged, isRolledBack }) => acknowledged === undefined && !isRolledBack);
  const tokens = new Set(runs.map(({ token }) => token));
  const answered = notes.filter((each) => each.what === "answered");
  return {
    attempted: all.length,
    acknowledged: all.filter(({ acknowledged }) => acknowledged !== undefined).length,
    "rolled back": all.filter(({ isRolledBack }) => isRolledBack).length,
    "not acknowledged": open.length,
    "of those run": open.filter(({ attempted }) => tokens.has(attempted.token)).length,
    "deliveries wanted": deliveries.length,
    "runs heard": runs.length,
    "repeated runs": runs.length - groups.size,
    "answered requests": answered.length,
    "of those not in the history": answered.filter(({ executionId }) => !history.has(executionId)).length,
  };
}
