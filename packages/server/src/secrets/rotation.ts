import { recordChange } from "../audit/recorder.ts";
import { EVERY_PERMISSION } from "../auth/principal.ts";
import type { Database } from "../db/open.ts";
import { withPlatform } from "../db/tenant-scope.ts";
import { decryptSecret, encryptSecret } from "./cipher.ts";
import type { SecretOwner } from "./cipher.ts";
import type { MasterKeys } from "./master-keys.ts";
import { countByKey, lockOutdated, replaceCiphertext } from "./repository.ts";
import type { StoredSecret } from "./repository.ts";

/** What became of the secrets that were not under the current key. */
export interface Rotation {
  readonly rotated: number;
  /** Left as they are: their key is not configured, or does not fit. */
  readonly unreadable: readonly { readonly keyId: string; readonly count: number }[];
}

const BATCH = 100;
const BEFORE_ALL: SecretOwner = { tenantId: "", name: "" };
/** Whoever has the master keys and the database needs no permission. */
const ACTOR = {
  principal: { kind: "operator", tenantId: undefined, id: undefined, permissions: EVERY_PERMISSION },
  origin: {},
} as const;

/**
 * Encrypts every secret of every tenant under the current key, beside running servers too, as long as those have both
 * keys. Each batch is a transaction of its own: an interrupted rotation is gone on with by the next one.
 */
export async function rotateSecrets(database: Database, keys: MasterKeys): Promise<Rotation> {
  const current = keys.current.id;
  let rotated = 0;
  let after: SecretOwner | undefined = BEFORE_ALL;
  while (after !== undefined) {
    const batch = await rotateBatch(database, keys, after);
    rotated += batch.rotated;
    after = batch.last;
  }
  const left = await withPlatform(database, countByKey);
  return { rotated, unreadable: left.filter(({ keyId }) => keyId !== current) };
}

interface Batch {
  readonly rotated: number;
  /** Undefined when nothing is left. */
  readonly last: SecretOwner | undefined;
}

async function rotateBatch(database: Database, keys: MasterKeys, after: SecretOwner): Promise<Batch> {
  const { id: keyId } = keys.current;
  return await withPlatform(database, async (queries) => {
    const outdated = await lockOutdated(queries, { keyId, after, limit: BATCH });
    const renewed = outdated.flatMap((secret) => renew(keys, secret));
    for (const secret of renewed) await replaceCiphertext(queries, secret);
    if (renewed.length > 0) {
      await recordChange(queries, ACTOR, {
        action: "secrets.rotated",
        target: { type: "master-key", id: keyId },
        after: { secrets: renewed.length },
      });
    }
    return { rotated: renewed.length, last: outdated.at(-1) };
  });
}

function renew(keys: MasterKeys, secret: StoredSecret): StoredSecret[] {
  const key = keys.find(secret.keyId);
  const value = key && decryptSecret(key, secret, secret);
  return value === undefined ? [] : [{ ...secret, ...encryptSecret(keys.current, secret, value) }];
}
