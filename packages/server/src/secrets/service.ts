import { recordChange } from "../audit/recorder.ts";
import { nameOf, requirePermission } from "../auth/principal.ts";
import type { Caller } from "../auth/principal.ts";
import type { Database } from "../db/open.ts";
import { withTenant } from "../db/tenant-scope.ts";
import type { Queries } from "../db/tenant-scope.ts";
import { SkerryError } from "../problems/errors.ts";
import type { QuotaService } from "../quotas/service.ts";
import { checkInput } from "../rest/input.ts";
import { createPage } from "../rest/paging.ts";
import type { Page, PageRequest } from "../rest/paging.ts";
import {
  deleteSecret,
  findSecret,
  listSecrets,
  lockSecrets,
  measureSecrets,
  saveSecret,
} from "./repository.ts";
import type { SecretRow } from "./repository.ts";
import { isSecretName, namedSecret } from "./secret.ts";
import type { Secret, SecretInput } from "./secret.ts";
import type { SecretVault } from "./vault.ts";

/** The tenant's secrets, without their values. */
export interface SecretService {
  list(caller: Caller, page: PageRequest): Promise<Page<Secret>>;
  /** @throws SkerryError `SECRET_NOT_FOUND`. */
  get(caller: Caller, name: string): Promise<Secret>;
  /**
   * Executions that begin afterwards get the new value, on every node within moments.
   *
   * @throws SkerryError `INPUT_INVALID` for the name, or `SECRET_LIMIT`.
   */
  set(caller: Caller, name: string, input: SecretInput): Promise<Secret>;
  /** @throws SkerryError `SECRET_NOT_FOUND`. */
  delete(caller: Caller, name: string): Promise<void>;
}

export interface SecretServiceOptions {
  readonly database: Database;
  readonly vault: SecretVault;
  readonly quotas: Pick<QuotaService, "requireStored">;
}

/** Every node that runs a tenant holds all its values, and looks for each of them in everything that is stored. */
const MAX_SECRETS = 100;
const MAX_BYTES = 256 * 1024;

export function createSecretService({ database, vault, quotas }: SecretServiceOptions): SecretService {
  return {
    async list(caller, page) {
      requirePermission(caller, "secrets.read");
      const { tenantId } = caller;
      const rows = await withTenant(database, tenantId, (queries) => listSecrets(queries, tenantId, page));
      return createPage(rows, page, ({ name }) => name, toSecret);
    },

    async get(caller, name) {
      requirePermission(caller, "secrets.read");
      const { tenantId } = caller;
      const row = isSecretName(name)
        ? await withTenant(database, tenantId, (queries) => findSecret(queries, tenantId, name))
        : undefined;
      if (row === undefined) throw refuseUnknown(name);
      return toSecret(row);
    },

    async set(caller, wished, { value }) {
      requirePermission(caller, "secrets.update");
      const { tenantId, principal } = caller;
      const { name } = checkInput(namedSecret, { name: wished });
      const encrypted = vault.encrypt({ tenantId, name }, value);
      const row = await withTenant(database, tenantId, async (queries) => {
        await lockSecrets(queries, tenantId);
        const before = await findSecret(queries, tenantId, name);
        const after = await saveSecret(queries, { tenantId, name, ...encrypted }, nameOf(principal));
        await quotas.requireStored(queries, tenantId);
        await requireRoom(queries, tenantId);
        await recordChange(queries, caller, {
          action: "secret.set",
          target: { type: "secret", id: name },
          ...(before && { before: describe(before) }),
          after: describe(after),
        });
        return after;
      });
      vault.forget(tenantId);
      return toSecret(row);
    },

    async delete(caller, name) {
      requirePermission(caller, "secrets.delete");
      const { tenantId } = caller;
      if (!isSecretName(name)) throw refuseUnknown(name);
      await withTenant(database, tenantId, async (queries) => {
        const before = await deleteSecret(queries, tenantId, name);
        if (before === undefined) throw refuseUnknown(name);
        const target = { type: "secret", id: name };
        await recordChange(queries, caller, { action: "secret.deleted", target, before: describe(before) });
      });
      vault.forget(tenantId);
    },
  };
}

/** Looks at what the tenant has now that the secret is written; what does not fit is rolled back. */
async function requireRoom(queries: Queries, tenantId: string): Promise<void> {
  const { count, bytes } = await measureSecrets(queries, tenantId);
  if (count > MAX_SECRETS) {
    throw new SkerryError(
      "SECRET_LIMIT",
      `The tenant has ${MAX_SECRETS} secrets, and more are not possible. Delete one that is not used.`,
    );
  }
  if (bytes > MAX_BYTES) {
    const message = `The tenant's secrets would have ${bytes} bytes together; at most ${MAX_BYTES} are possible.`;
    throw new SkerryError("SECRET_LIMIT", message);
  }
}

function refuseUnknown(name: string): SkerryError {
  return new SkerryError("SECRET_NOT_FOUND", `There is no secret ${JSON.stringify(name.slice(0, 80))}.`);
}

/** What the audit log keeps of a secret. */
function describe({ version }: SecretRow) {
  return { version };
}

function toSecret(row: SecretRow): Secret {
  const { name, version, created_at: createdAt, updated_at: updatedAt, updated_by: updatedBy } = row;
  return { name, version, createdAt, updatedAt, updatedBy };
}
