import { randomUUID } from "node:crypto";
import type { Logger } from "pino";
import type { Database } from "../db/open.ts";
import { withPlatform, withTenant } from "../db/tenant-scope.ts";
import type { Queries } from "../db/tenant-scope.ts";
import {
  deleteClaim,
  deleteExpired,
  findRequest,
  insertClaim,
  renewClaim,
  saveAnswer,
} from "./repository.ts";
import type { Claim, KeptAnswer, KnownRequest, RequestIdentity } from "./repository.ts";

/** The requests of the last 24 hours that carried an `Idempotency-Key`, and their answers. */
export interface IdempotencyStore extends AsyncDisposable {
  /** Begins to carry a request out, unless its key is known. */
  begin(request: RequestIdentity): Promise<Attempt | KnownRequest>;
  /** Removes what is older than 24 hours; this also happens every 10 minutes. Never rejects. */
  cleanUp(): Promise<void>;
}

/** A request that is being carried out. Until it is disposed its key stays taken; a lost node's lapses in a minute. */
export interface Attempt extends Disposable {
  /** Keeps what a repetition is answered. */
  keep(answer: KeptAnswer): Promise<void>;
  /** Frees the key: the request changed nothing. */
  release(): Promise<void>;
}

const KEEP_MS = 24 * 60 * 60_000;
const CLAIM_MS = 60_000;
const RENEW_MS = 20_000;
const CLEAN_UP_MS = 10 * 60_000;
const CLEAN_UP_ROWS = 1_000;

export function createIdempotencyStore(database: Database, logger: Logger): IdempotencyStore {
  function inScope<Result>(
    tenantId: string | null,
    work: (queries: Queries) => Promise<Result>,
  ): Promise<Result> {
    return tenantId === null ? withPlatform(database, work) : withTenant(database, tenantId, work);
  }

  /** In small statements, so that nobody waits long for their locks. */
  async function cleanUp(): Promise<void> {
    try {
      let removed = CLEAN_UP_ROWS;
      while (removed === CLEAN_UP_ROWS) {
        removed = await withPlatform(database, (queries) => deleteExpired(queries, KEEP_MS, CLEAN_UP_ROWS));
      }
    } catch (error) {
      logger.warn({ err: error }, "old idempotency keys could not be removed");
    }
  }

  let cleaning: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    cleaning = cleaning.then(cleanUp);
  }, CLEAN_UP_MS).unref();

  function attempt(claim: Claim): Attempt {
    const renewing = setInterval(() => {
      inScope(claim.tenantId, (queries) => renewClaim(queries, claim, CLAIM_MS)).catch((error: unknown) =>
        logger.warn({ err: error }, "idempotency key could not be held"),
      );
    }, RENEW_MS).unref();
    return {
      keep: (answer) => inScope(claim.tenantId, (queries) => saveAnswer(queries, claim, answer)),
      release: () => inScope(claim.tenantId, (queries) => deleteClaim(queries, claim)),
      [Symbol.dispose]: () => clearInterval(renewing),
    };
  }

  return {
    async begin(request) {
      const { tenantId, keyHash, requestHash } = request;
      const claim: Claim = { id: randomUUID(), tenantId, keyHash };
      const known = await inScope(tenantId, async (queries) => {
        const times = { claimMs: CLAIM_MS, keepMs: KEEP_MS };
        if (await insertClaim(queries, request, { id: claim.id, ...times })) return undefined;
        // What was freed between the two statements is as good as still being carried out: the caller comes again.
        return (await findRequest(queries, request)) ?? { requestHash, answer: undefined };
      });
      return known ?? attempt(claim);
    },
    cleanUp,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await cleaning;
    },
  };
}
