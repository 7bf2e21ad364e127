import type { Logger } from "pino";
import type { Database } from "../db/open.ts";
import { createTenantMemory } from "../db/tenant-memory.ts";
import { withPlatform, withTenant } from "../db/tenant-scope.ts";
import type { Queries } from "../db/tenant-scope.ts";
import { SkerryError } from "../problems/errors.ts";
import { decryptSecret, encryptSecret } from "./cipher.ts";
import type { EncryptedSecret, SecretOwner } from "./cipher.ts";
import type { MasterKeys } from "./master-keys.ts";
import { createSecretRedactor } from "./redaction.ts";
import { countByKey, loadSecrets, SECRETS_CHANNEL } from "./repository.ts";
import type { StoredSecret } from "./repository.ts";

/** The values of all tenants' secrets: in the database encrypted, and of tenants that run here in memory for a while. */
export interface SecretVault extends AsyncDisposable {
  encrypt(owner: SecretOwner, value: string): EncryptedSecret;
  /**
   * The present value. Whatever was read is known to `redact` from before it was read.
   *
   * @throws SkerryError `SECRET_NOT_FOUND` or `SECRET_KEY_MISSING`.
   */
  read(owner: SecretOwner): Promise<string>;
  /**
   * Makes the tenant's present values known to `redact`; to be awaited before anything of the tenant runs. Within a
   * transaction it asks by the transaction's own connection.
   */
  prepare(tenantId: string, queries?: Queries): Promise<void>;
  /**
   * Puts `[secret NAME]` where a known value of the tenant stands, as itself or encoded. What is JSON stays JSON.
   * A value that was replaced or deleted stays known for an hour, longer than any execution lasts.
   */
  redact(tenantId: string, text: string): string;
  /** To be called after this node changed the tenant's secrets; other nodes hear of it by themselves. */
  forget(tenantId: string): void;
}

export interface SecretVaultOptions {
  readonly database: Database;
  readonly keys: MasterKeys;
  /** Warned, at the start, of secrets whose key is not there. */
  readonly logger: Logger;
}

/** Why a value cannot be had, or the value. */
type Readable = { readonly value: string } | { readonly refusal: string };
type TenantSecrets = ReadonlyMap<string, Readable>;

export async function createSecretVault({
  database,
  keys,
  logger,
}: SecretVaultOptions): Promise<SecretVault> {
  await warnOfMissingKeys(database, keys, logger);
  const redactor = createSecretRedactor();
  const memory = await createTenantMemory<TenantSecrets>({ database, channel: SECRETS_CHANNEL });

  async function load(tenantId: string, given?: Queries): Promise<TenantSecrets> {
    const read = (queries: Queries) => loadSecrets(queries, tenantId);
    const stored = await (given === undefined ? withTenant(database, tenantId, read) : read(given));
    const secrets = new Map(stored.map((row) => [row.name, decrypt(keys, row)]));
    redactor.learn(tenantId, readableOf(secrets));
    return secrets;
  }

  const secretsOf = (tenantId: string, queries?: Queries): Promise<TenantSecrets> =>
    memory.get(tenantId, () => load(tenantId, queries));

  return {
    encrypt: (owner, value) => encryptSecret(keys.current, owner, value),
    async read({ tenantId, name }) {
      const found = (await secretsOf(tenantId)).get(name);
      if (found === undefined) {
        throw new SkerryError("SECRET_NOT_FOUND", `There is no secret ${JSON.stringify(name.slice(0, 80))}.`);
      }
      if ("value" in found) return found.value;
      throw new SkerryError("SECRET_KEY_MISSING", found.refusal);
    },
    async prepare(tenantId, queries) {
      await secretsOf(tenantId, queries);
    },
    redact: (tenantId, text) => redactor.redact(tenantId, text),
    forget: (tenantId) => memory.forget(tenantId),
    [Symbol.asyncDispose]: () => memory[Symbol.asyncDispose](),
  };
}

async function warnOfMissingKeys(database: Database, keys: MasterKeys, logger: Logger): Promise<void> {
  for (const { keyId, count } of await withPlatform(database, countByKey)) {
    if (keys.find(keyId) !== undefined) continue;
    const message = "secrets cannot be used: their master key is not in SKERRY_MASTER_KEY or the data folder";
    logger.warn({ keyId, secrets: count }, message);
  }
}

/** One that cannot be decrypted must not keep the others from being used. */
function decrypt(keys: MasterKeys, stored: StoredSecret): Readable {
  const { name, keyId } = stored;
  const key = keys.find(keyId);
  const value = key && decryptSecret(key, stored, stored);
  if (value !== undefined) return { value };
  const reason = key === undefined ? "is not configured" : "does not fit";
  return {
    refusal: `The secret ${name} cannot be decrypted: its master key ${JSON.stringify(keyId)} ${reason}.`,
  };
}

function readableOf(secrets: TenantSecrets): Map<string, string> {
  const values = new Map<string, string>();
  for (const [name, secret] of secrets) {
    if ("value" in secret) values.set(name, secret.value);
  }
  return values;
}
