import { requireMailable } from "../alerts/settings.ts";
import { recordChange } from "../audit/recorder.ts";
import type { AuditedChange } from "../audit/recorder.ts";
import type { Caller } from "../auth/principal.ts";
import type { Database } from "../db/open.ts";
import { withTenant } from "../db/tenant-scope.ts";
import type { Queries } from "../db/tenant-scope.ts";
import { SkerryError } from "../problems/errors.ts";
import { violates } from "../problems/violation.ts";
import type { QuotaService } from "../quotas/service.ts";
import type { ScriptSettings } from "./settings.ts";

/** What a change did, and how the audit log tells of it. */
export interface Changed<Result> {
  readonly result: Result;
  /** Undefined where the log tells of it by an earlier change. */
  readonly record: AuditedChange | undefined;
}

/** Changes scripts: each change commits with its record as one, or not at all. */
export interface ScriptChanges {
  /** @throws SkerryError `SCRIPT_NAME_TAKEN`, `QUOTA_EXCEEDED`, and whatever the work throws. */
  run<Result>(caller: Caller, work: (queries: Queries) => Promise<Changed<Result>>): Promise<Result>;
  /** Does all that `run` does, with all that it checks, and takes it back. @throws SkerryError as `run`. */
  rehearse<Result>(caller: Caller, work: (queries: Queries) => Promise<Changed<Result>>): Promise<Result>;
  /**
   * @throws SkerryError `INPUT_INVALID` when settings ask for more than the tenant's plan allows, or for what this
   * installation does not have.
   */
  requirePossible(caller: Caller, settings: ScriptSettings | undefined): Promise<void>;
}

export interface ScriptChangesOptions {
  readonly database: Database;
  readonly quotas: Pick<QuotaService, "requireStored" | "requireLimits">;
  /** Whether e-mail can be sent. */
  readonly sendsMail: boolean;
  /** Told after scripts of a tenant changed. */
  readonly onChange: (tenantId: string) => void;
}

export function createScriptChanges({
  database,
  quotas,
  sendsMail,
  onChange,
}: ScriptChangesOptions): ScriptChanges {
  /** @param end What the transaction ends with: it commits when that returns and is taken back when it throws. */
  async function change<Result>(
    caller: Caller,
    work: (queries: Queries) => Promise<Changed<Result>>,
    end: (result: Result) => Result,
  ): Promise<Result> {
    const { tenantId } = caller;
    try {
      return await withTenant(database, tenantId, async (queries) => {
        const { result, record } = await work(queries);
        await quotas.requireStored(queries, tenantId);
        if (record !== undefined) await recordChange(queries, caller, record);
        return end(result);
      });
    } catch (error) {
      if (!violates(error, "scripts_by_name")) throw error;
      throw new SkerryError("SCRIPT_NAME_TAKEN", "The tenant has another script with this name.", {
        cause: error,
      });
    }
  }

  return {
    async run(caller, work) {
      const changed = await change(caller, work, (result) => result);
      // A commit whose answer was lost tells of itself, or the connection that hears of it is lost as well.
      onChange(caller.tenantId);
      return changed;
    },

    async rehearse<Result>(caller: Caller, work: (queries: Queries) => Promise<Changed<Result>>) {
      const over = new Error("the rehearsal is over");
      let rehearsed: { readonly result: Result } | undefined;
      try {
        return await change(caller, work, (result) => {
          rehearsed = { result };
          throw over;
        });
      } catch (error) {
        if (error !== over || rehearsed === undefined) throw error;
        return rehearsed.result;
      }
    },

    async requirePossible({ tenantId }, settings) {
      requireMailable(settings?.onFailure, sendsMail);
      await quotas.requireLimits(tenantId, settings?.limits);
    },
  };
}
