import type { RunnerPool } from "@skerry/sandbox";
import type { History } from "../executions/history.ts";
import type { SecretVault } from "./vault.ts";

/** The pool, which now knows the values of a tenant's secrets before anything of the tenant runs. */
export function prepareExecutions(
  pool: Pick<RunnerPool, "execute">,
  vault: SecretVault,
): Pick<RunnerPool, "execute"> {
  return {
    async execute(request) {
      await vault.prepare(request.tenant);
      return await pool.execute(request);
    },
  };
}

/** The history, which now knows the values of a tenant's secrets before an input is written. */
export function prepareInputs(history: History, vault: SecretVault): History {
  return {
    ...history,
    async begin(record) {
      await vault.prepare(record.tenantId);
      await history.begin(record);
    },
  };
}
