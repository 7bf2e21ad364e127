import { SkerryError } from "../problems/errors.ts";

/** The one compiler of a process, and who may use it next. */
export interface CompileTurns {
  /**
   * Lets a tenant compile one more source, until what is returned is disposed. Sources of no tenant stand in a line of
   * their own, of any length.
   *
   * @throws SkerryError `CONCURRENCY_LIMIT` with `Retry-After`, when 16 sources of the tenant are being compiled or wait.
   */
  enter(tenantId?: string): CompilePlace;
}

/** A source among those of its tenant. */
export interface CompilePlace extends Disposable {
  /**
   * Does the work when its turn has come: one work at a time, and of each tenant that waits one before any gets its
   * second, so that a tenant's slow sources hold up another's by one of them.
   */
  take<Result>(work: () => Promise<Result>): Promise<Result>;
}

/**
 * Sources that burn all of their 9 turns of 3 s, with libraries 8 levels deep, make the tenant's last one wait 7 min;
 * others wait for one turn of it at a time.
 */
const MAX_PLACES = 16;
const RETRY_AFTER_SECONDS = 3;
const NO_TENANT = "";

export function createCompileTurns(): CompileTurns {
  const places = new Map<string, number>();
  /** By tenant, in the order of their turns: a Map keeps that of insertion. */
  const lines = new Map<string, (() => Promise<void>)[]>();
  let isServing = false;

  function takeNext(): (() => Promise<void>) | undefined {
    const [next] = lines;
    if (next === undefined) return undefined;
    const [tenantId, line] = next;
    const work = line.shift();
    lines.delete(tenantId);
    if (line.length > 0) lines.set(tenantId, line);
    return work;
  }

  async function serve(): Promise<void> {
    isServing = true;
    for (let work = takeNext(); work !== undefined; work = takeNext()) await work();
    isServing = false;
  }

  function wait(tenantId: string, work: () => Promise<void>): void {
    const line = lines.get(tenantId) ?? [];
    line.push(work);
    lines.set(tenantId, line);
    if (!isServing) void serve();
  }

  function countPlaces(tenantId: string, change: 1 | -1): void {
    const count = (places.get(tenantId) ?? 0) + change;
    if (count === 0) places.delete(tenantId);
    else places.set(tenantId, count);
  }

  return {
    enter(tenantId = NO_TENANT) {
      if (tenantId !== NO_TENANT && (places.get(tenantId) ?? 0) >= MAX_PLACES) throw refuseMore(tenantId);
      countPlaces(tenantId, 1);
      return {
        take: (work) =>
          new Promise((resolve, reject) => {
            wait(tenantId, () => work().then(resolve, reject));
          }),
        [Symbol.dispose]: () => countPlaces(tenantId, -1),
      };
    },
  };
}

function refuseMore(tenantId: string): SkerryError {
  return new SkerryError(
    "CONCURRENCY_LIMIT",
    `${MAX_PLACES} sources of the tenant ${tenantId} are being compiled already. Try again when some of them are done.`,
    { headers: { "retry-after": String(RETRY_AFTER_SECONDS) } },
  );
}
