import type { JsonObject } from "@skerry/sandbox";
import { recordChange } from "../audit/recorder.ts";
import { nameOf, requirePermission } from "../auth/principal.ts";
import type { Caller } from "../auth/principal.ts";
import type { Database } from "../db/open.ts";
import { withTenant } from "../db/tenant-scope.ts";
import type { Queries } from "../db/tenant-scope.ts";
import type { QueuedExecutions, QueuedOrder } from "../executions/queued.ts";
import { SkerryError } from "../problems/errors.ts";
import { isUuid } from "../rest/ids.ts";
import { createPage } from "../rest/paging.ts";
import type { Page } from "../rest/paging.ts";
import { requireScript, requireVersion } from "../scripts/lookup.ts";
import { MAX_REPLAYED } from "./dead-letter.ts";
import type {
  DeadLetter,
  DeadLetterDetail,
  DeadLettersFilter,
  DeadLettersQuery,
  ReplayedLetter,
  ReplayedLetters,
  ReplayLetterInput,
  ReplayLettersInput,
} from "./dead-letter.ts";
import {
  countDeadLetters,
  deleteDeadLetters,
  findDeadLetter,
  listDeadLetters,
  lockDeadLetters,
} from "./dead-letter-repository.ts";
import type { DeadLetterRow, NamedLetterRow } from "./dead-letter-repository.ts";
import { createHandlingOrder } from "./delivery.ts";
import { listEventScripts } from "./subscription-repository.ts";
import { toSubscription } from "./subscriptions.ts";

/** Events that scripts of a tenant failed to handle as often as they may. */
export interface DeadLetterService {
  /** Newest first. @throws SkerryError `SCRIPT_NOT_FOUND`. */
  list(caller: Caller, query: DeadLettersQuery): Promise<Page<DeadLetter>>;
  /** How many there are, counted up to 10,001. @throws SkerryError `SCRIPT_NOT_FOUND`. */
  count(caller: Caller, filter: DeadLettersFilter): Promise<number>;
  /** @throws SkerryError `DEAD_LETTER_NOT_FOUND`. */
  get(caller: Caller, id: string): Promise<DeadLetterDetail>;
  /**
   * Hands the event to the script again, in one transaction with the end of the dead letter. Should it fail as often
   * again, that is another dead letter.
   *
   * @throws SkerryError `DEAD_LETTER_NOT_FOUND`, `SCRIPT_NOT_FOUND`, `VERSION_NOT_FOUND` or `TENANT_SUSPENDED`.
   */
  replay(caller: Caller, id: string, input: ReplayLetterInput): Promise<ReplayedLetter>;
  /**
   * Replays those that fit, oldest first; those of deleted scripts stay.
   *
   * @throws SkerryError `INPUT_INVALID`, `SCRIPT_NOT_FOUND`, `VERSION_NOT_FOUND` or `TENANT_SUSPENDED`.
   */
  replayAll(caller: Caller, input: ReplayLettersInput): Promise<ReplayedLetters>;
  /** @throws SkerryError `DEAD_LETTER_NOT_FOUND`. */
  delete(caller: Caller, id: string): Promise<void>;
}

export interface DeadLetterServiceOptions {
  readonly database: Database;
  readonly queued: Pick<QueuedExecutions, "enqueueMany">;
}

/** Counting on takes longer than anybody needs to know. */
const MAX_COUNTED = 10_001;

export function createDeadLetterService({ database, queued }: DeadLetterServiceOptions): DeadLetterService {
  /** Enqueues what the letters hold. @returns ids of executions in order. */
  async function enqueue(
    queries: Queries,
    { tenantId, principal, origin }: Caller,
    letters: readonly DeadLetterRow[],
    version: number | undefined,
  ): Promise<readonly (string | null)[]> {
    const scriptIds = [...new Set(letters.map((letter) => letter.script_id))];
    const rows = await listEventScripts(queries, tenantId, scriptIds);
    const subscriptions = new Map(rows.map((row) => [row.scriptId, toSubscription(row)]));
    const orders = letters.map((letter): QueuedOrder => {
      const { script_id, event_id, trigger_fields, payload } = letter;
      const subscription = subscriptions.get(script_id);
      if (subscription === undefined) {
        throw new SkerryError("SCRIPT_NOT_FOUND", `The script ${script_id} of the dead letter is deleted.`);
      }
      const order = createHandlingOrder(tenantId, event_id, trigger_fields, payload, subscription);
      const correlation = { ...order.correlation, actor: nameOf(principal), trace: origin.trace };
      return { ...order, correlation, asksFilter: true, ...(version === undefined ? {} : { version }) };
    });
    return await queued.enqueueMany(queries, orders);
  }

  async function requireVersionOf(
    queries: Queries,
    caller: Caller,
    script: string,
    version: number | undefined,
  ): Promise<void> {
    if (version !== undefined)
      await requireVersion(queries, await requireScript(queries, caller, script), version);
  }

  return {
    async list(caller, { script, ...query }) {
      requirePermission(caller, "events.read");
      const { tenantId } = caller;
      const rows = await withTenant(database, tenantId, async (queries) => {
        const scriptId = await findScriptId(queries, caller, script);
        return await listDeadLetters(queries, tenantId, { ...query, scriptId });
      });
      return createPage(rows, query, ({ id }) => id, toDeadLetter);
    },

    async count(caller, { script, ...filter }) {
      requirePermission(caller, "events.read");
      const { tenantId } = caller;
      return await withTenant(database, tenantId, async (queries) => {
        const scriptId = await findScriptId(queries, caller, script);
        return await countDeadLetters(queries, tenantId, { ...filter, scriptId }, MAX_COUNTED);
      });
    },

    async get(caller, id) {
      requirePermission(caller, "events.read");
      const { tenantId } = caller;
      const row = isUuid(id)
        ? await withTenant(database, tenantId, (queries) => findDeadLetter(queries, tenantId, id))
        : undefined;
      if (row === undefined) throw refuseUnknown(id);
      return { ...toDeadLetter(row), payload: row.payload };
    },

    async replay(caller, id, { version }) {
      requirePermission(caller, "events.replay");
      requireRunning(caller);
      const { tenantId } = caller;
      return await withTenant(database, tenantId, async (queries) => {
        const letter = await removeLetter(queries, tenantId, id);
        await requireVersionOf(queries, caller, letter.script_id, version);
        const [executionId = null] = await enqueue(queries, caller, [letter], version);
        if (executionId === null) throw new Error("an order without a key was left out");
        await recordChange(queries, caller, {
          action: "deadLetter.replayed",
          target: targetOf(letter),
          before: describe(letter),
          after: { executionId },
        });
        return { executionId };
      });
    },

    async replayAll(caller, { filter: { script, ...filter }, version }) {
      requirePermission(caller, "events.replay");
      requireRunning(caller);
      if (version !== undefined && script === undefined) throw refuseVersion();
      const { tenantId } = caller;
      return await withTenant(database, tenantId, async (queries) => {
        const scriptId = await findScriptId(queries, caller, script);
        if (scriptId !== undefined) await requireVersionOf(queries, caller, scriptId, version);
        const found = await lockDeadLetters(queries, tenantId, { ...filter, scriptId }, MAX_REPLAYED + 1);
        const letters = found.slice(0, MAX_REPLAYED);
        if (letters.length > 0) {
          await deleteDeadLetters(
            queries,
            tenantId,
            letters.map(({ id }) => id),
          );
          await enqueue(queries, caller, letters, version);
        }
        const replayed = letters.length;
        await recordChange(queries, caller, {
          action: "deadLetters.replayed",
          target: { type: "tenant", id: tenantId },
          after: { replayed },
        });
        return { replayed, hasMore: found.length > replayed };
      });
    },

    async delete(caller, id) {
      requirePermission(caller, "events.replay");
      const { tenantId } = caller;
      await withTenant(database, tenantId, async (queries) => {
        const letter = await removeLetter(queries, tenantId, id);
        await recordChange(queries, caller, {
          action: "deadLetter.deleted",
          target: targetOf(letter),
          before: describe(letter),
        });
      });
    },
  };
}

async function removeLetter(queries: Queries, tenantId: string, id: string): Promise<DeadLetterRow> {
  const [letter] = isUuid(id) ? await deleteDeadLetters(queries, tenantId, [id]) : [];
  if (letter === undefined) throw refuseUnknown(id);
  return letter;
}

/** By id also the dead letters of a deleted script are found. */
async function findScriptId(
  queries: Queries,
  caller: Caller,
  idOrName: string | undefined,
): Promise<string | undefined> {
  if (idOrName === undefined || isUuid(idOrName)) return idOrName;
  return (await requireScript(queries, caller, idOrName)).id;
}

function requireRunning({ tenantId, suspended }: Caller): void {
  if (!suspended) return;
  throw new SkerryError("TENANT_SUSPENDED", `The tenant ${tenantId} is suspended and runs nothing.`);
}

function refuseUnknown(id: string): SkerryError {
  const message = `There is no dead letter ${JSON.stringify(id.slice(0, 80))}.`;
  return new SkerryError("DEAD_LETTER_NOT_FOUND", message);
}

function refuseVersion(): SkerryError {
  const message = "is a version of one script: name the script in the filter";
  const details = [{ path: "version", message }];
  return new SkerryError("INPUT_INVALID", `version: ${message}`, { details });
}

function targetOf({ id, type }: DeadLetterRow) {
  return { type: "deadLetter", id, name: type } as const;
}

function describe({ event_id: eventId, type, script_id: scriptId }: DeadLetterRow): JsonObject {
  return { eventId, type, scriptId };
}

function toDeadLetter(row: Omit<NamedLetterRow, "payload" | "trigger_fields">): DeadLetter {
  const { id, event_id: eventId, type, script_id: scriptId, created_at: createdAt } = row;
  const attempts = (row.attempts as unknown as StoredAttempt[]).map((attempt) => ({
    ...attempt,
    at: new Date(attempt.at),
  }));
  return { id, eventId, type, scriptId, scriptName: row.script_name, attempts, createdAt };
}

interface StoredAttempt {
  readonly executionId: string;
  readonly code: string;
  readonly message: string;
  /** RFC 3339. */
  readonly at: string;
}
