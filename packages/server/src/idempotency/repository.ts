import { sql } from "kysely";
import type { Queries } from "../db/tenant-scope.ts";

/** One request that carries an `Idempotency-Key`. */
export interface RequestIdentity {
  /** Null for what an operator asks of the installation. */
  readonly tenantId: string | null;
  /** SHA-256 of who asks and the idempotency key. */
  readonly keyHash: Buffer;
  /** HMAC-SHA-256 of method, path and body under the idempotency key. */
  readonly requestHash: Buffer;
}

/** An attempt to carry a request out; its id keeps an attempt that lapsed from writing over a later one. */
export interface Claim extends Pick<RequestIdentity, "tenantId" | "keyHash"> {
  readonly id: string;
}

/** What a request was answered. */
export interface KeptAnswer {
  readonly status: number;
  /** JSON text; null for no body. */
  readonly body: string | null;
  /** Why the answer is not kept, for the caller. */
  readonly refusal: string | null;
}

/** What is known of a key that is taken. */
export interface KnownRequest {
  readonly requestHash: Buffer;
  /** Undefined while the request is carried out. */
  readonly answer: KeptAnswer | undefined;
}

/**
 * Takes the key for `claimMs`, unless it was taken in the last `keepMs` by a request that is answered or carried out.
 *
 * @returns whether it was taken.
 */
export async function insertClaim(
  queries: Queries,
  { tenantId, keyHash, requestHash }: RequestIdentity,
  { id, claimMs, keepMs }: { readonly id: string; readonly claimMs: number; readonly keepMs: number },
): Promise<boolean> {
  const { rows } = await sql`
    insert into skerry.idempotency_keys as known (tenant_id, key_hash, request_hash, claim, claimed_until)
    values (${tenantId}, ${keyHash}, ${requestHash}, ${id}, ${fromNow(claimMs)})
    on conflict on constraint idempotency_keys_by_tenant do update set
      request_hash = excluded.request_hash, claim = excluded.claim, claimed_until = excluded.claimed_until,
      status = null, body = null, refusal = null, created_at = now()
    where known.created_at < ${fromNow(-keepMs)} or (known.status is null and known.claimed_until < now())
    returning claim`.execute(queries);
  return rows.length > 0;
}

/** @returns undefined when the key is free again. */
export async function findRequest(
  queries: Queries,
  { tenantId, keyHash }: RequestIdentity,
): Promise<KnownRequest | undefined> {
  const row = await queries
    .selectFrom("idempotency_keys")
    .select(["request_hash as requestHash", "status", "body", "refusal"])
    .where("tenant_id", "is not distinct from", tenantId)
    .where("key_hash", "=", keyHash)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { requestHash, status, body, refusal } = row;
  return { requestHash, answer: status === null ? undefined : { status, body, refusal } };
}

/** Makes the claim last `claimMs` from now. */
export async function renewClaim(queries: Queries, claim: Claim, claimMs: number): Promise<void> {
  await sql`
    update skerry.idempotency_keys set claimed_until = ${fromNow(claimMs)} where ${isClaimed(claim)}`.execute(
    queries,
  );
}

export async function saveAnswer(
  queries: Queries,
  claim: Claim,
  { status, body, refusal }: KeptAnswer,
): Promise<void> {
  await sql`
    update skerry.idempotency_keys set status = ${status}, body = ${body}, refusal = ${refusal}
    where ${isClaimed(claim)}`.execute(queries);
}

/** Frees the key. */
export async function deleteClaim(queries: Queries, claim: Claim): Promise<void> {
  await sql`delete from skerry.idempotency_keys where ${isClaimed(claim)}`.execute(queries);
}

/** Removes up to `limit` keys older than `keepMs`, of all tenants. @returns how many. */
export async function deleteExpired(queries: Queries, keepMs: number, limit: number): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    delete from skerry.idempotency_keys where ctid = any(array(
      select ctid from skerry.idempotency_keys where created_at < ${fromNow(-keepMs)}
      order by created_at limit ${limit} for update skip locked))`.execute(queries);
  return Number(numAffectedRows);
}

/** By the database's clock, which all nodes share. */
function fromNow(ms: number) {
  return sql<Date>`now() + ${ms} * interval '1 millisecond'`;
}

function isClaimed({ tenantId, keyHash, id }: Claim) {
  return sql<boolean>`tenant_id is not distinct from ${tenantId} and key_hash = ${keyHash} and claim = ${id}`;
}
