import { requirePermission } from "../auth/principal.ts";
import type { Caller } from "../auth/principal.ts";
import type { Database } from "../db/open.ts";
import { withTenant } from "../db/tenant-scope.ts";
import type { Queries } from "../db/tenant-scope.ts";
import type { Execution } from "../executions/execution.ts";
import type { History } from "../executions/history.ts";
import { listExecutions } from "../executions/repository.ts";
import { SkerryError } from "../problems/errors.ts";
import { createPage } from "../rest/paging.ts";
import type { Page } from "../rest/paging.ts";
import { listDeliveries, listSummaries, listTypes } from "./report-repository.ts";
import type { DeliveryRow } from "./report-repository.ts";
import type {
  AttemptedDelivery,
  Delivery,
  DeliveryAttempt,
  DeliveryState,
  EventReport,
  EventReportsQuery,
  EventSummary,
} from "./report.ts";
import { findEvent } from "./repository.ts";
import { toEvent } from "./service.ts";
import { createTypeFilter } from "./type-filter.ts";

/** What became of a tenant's events, told for people. */
export interface EventReports {
  /** Newest first. A filter by type looks at the tenant's first 500 types. */
  list(caller: Caller, query: EventReportsQuery): Promise<Page<EventSummary>>;
  /** @throws SkerryError `EVENT_NOT_FOUND`. */
  get(caller: Caller, id: string): Promise<EventReport>;
  /** The types of the events that are there, in order; at most 500. */
  listTypes(caller: Caller): Promise<readonly string[]>;
}

export interface EventReportsOptions {
  readonly database: Database;
  readonly history: Pick<History, "flush">;
}

const MAX_TYPES = 500;
/** Executions that are looked at for one event. */
const MAX_LISTED = 50;
const MAX_REPORTED = 200;

export function createEventReports({ database, history }: EventReportsOptions): EventReports {
  async function findTypes(queries: Queries, tenantId: string, filter: string | undefined) {
    if (filter === undefined) return undefined;
    const types = await listTypes(queries, tenantId, MAX_TYPES);
    return types.filter(createTypeFilter(filter));
  }

  return {
    async list(caller, { type, ...query }) {
      requirePermission(caller, "events.read");
      await history.flush();
      const { tenantId } = caller;
      return await withTenant(database, tenantId, async (queries) => {
        const types = await findTypes(queries, tenantId, type);
        const rows = await listSummaries(queries, tenantId, { ...query, types });
        const ids = rows.map(({ id }) => id);
        const deliveries = Map.groupBy(
          await listDeliveries(queries, tenantId, ids, MAX_LISTED),
          (row) => row.event_id,
        );
        return createPage(
          rows,
          query,
          ({ seq }) => String(seq),
          (row) => ({
            ...toEvent(row),
            payloadStart: row.payload_start,
            deliveries: (deliveries.get(row.id) ?? []).map(toDelivery),
          }),
        );
      });
    },

    async get(caller, id) {
      requirePermission(caller, "events.read");
      await history.flush();
      const { tenantId } = caller;
      return await withTenant(database, tenantId, async (queries) => {
        const row = id.includes("\0") ? undefined : await findEvent(queries, tenantId, id);
        if (row === undefined) {
          throw new SkerryError("EVENT_NOT_FOUND", `There is no event ${JSON.stringify(id.slice(0, 80))}.`);
        }
        const deliveries = await listDeliveries(queries, tenantId, [id], MAX_REPORTED);
        const filter = { eventId: id, scriptId: undefined, limit: MAX_REPORTED };
        const executions = (await listExecutions(queries, tenantId, filter)).slice(0, MAX_REPORTED);
        return {
          ...toEvent(row),
          payload: row.payload,
          isWaiting: row.is_waiting,
          deliveries: deliveries.map((delivery) => addAttempts(toDelivery(delivery), executions)),
        };
      });
    },

    async listTypes(caller) {
      requirePermission(caller, "events.read");
      const { tenantId } = caller;
      return await withTenant(database, tenantId, (queries) => listTypes(queries, tenantId, MAX_TYPES));
    },
  };
}

function toDelivery(row: DeliveryRow): Delivery {
  const { script_id: scriptId, script_name: scriptName, dead_letter_id: deadLetterId } = row;
  return { scriptId, scriptName, state: stateOf(row), deadLetterId };
}

function stateOf({ status, has_job: hasJob, dead_letter_id: deadLetterId }: DeliveryRow): DeliveryState {
  switch (status) {
    case "completed":
      return "delivered";
    case "failed":
    case "timeout":
      return hasJob ? "waiting" : deadLetterId === null ? "failed" : "dead";
    default:
      return status;
  }
}

function addAttempts(delivery: Delivery, executions: readonly Execution[]): AttemptedDelivery {
  const attempts = executions.filter(({ scriptId }) => scriptId === delivery.scriptId).map(toAttempt);
  return { ...delivery, attempts };
}

function toAttempt({ id, attempt, status, error, durationMs, createdAt }: Execution): DeliveryAttempt {
  return { executionId: id, attempt, status, error, durationMs, createdAt };
}
