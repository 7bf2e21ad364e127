import type { PostgresPoolClient, PostgresQueryResult } from "kysely";
import type { ClientConfig, PoolClient } from "pg";
import pg from "pg";

/** How long the server may take to say whether it is at work. */
const ASK_MS = 5_000;

/**
 * A connection of the pool that gives up when the server is gone without a word. A network that drops packets would
 * keep statements waiting for a quarter of an hour: Linux goes on sending for that long. So after `answerMs` the server
 * is asked, over another connection, whether it still works at the statement. Where it does, the statement may take its
 * time; else the connection is ended, which fails the statement as any lost connection does.
 */
export function watchAnswers(client: PoolClient, config: ClientConfig, answerMs: number): PostgresPoolClient {
  let isReleased = false;

  function release(destroy?: boolean): void {
    if (isReleased) return;
    isReleased = true;
    client.release(destroy);
  }

  /** Ends the connection unless the server works for it; looks again until stopped. */
  function watch(): () => void {
    let timer = setTimeout(look, answerMs);
    let isOver = false;
    async function look(): Promise<void> {
      const atWork = await isAtWork(config, client);
      if (isOver) return;
      if (atWork) timer = setTimeout(look, answerMs);
      else release(true);
    }
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }

  async function query<Row>(text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<Row>> {
    const stop = watch();
    try {
      return await (client as PostgresPoolClient).query<Row>(text, parameters);
    } finally {
      stop();
    }
  }

  return { query: query as PostgresPoolClient["query"], release };
}

/** What the server itself refuses to say it is there to refuse. */
async function isAtWork(config: ClientConfig, client: PoolClient): Promise<boolean> {
  const { processID } = client as PoolClient & { readonly processID?: number };
  const asking = new pg.Client({ ...config, query_timeout: ASK_MS });
  asking.on("error", () => {});
  try {
    await asking.connect();
    const { rowCount } = await asking.query(
      "select from pg_stat_activity where pid = $1 and state <> 'idle'",
      [processID],
    );
    return rowCount === 1;
  } catch (error) {
    return error instanceof pg.DatabaseError;
  } finally {
    // A connection that is silent too would not end by itself.
    asking.end().catch(() => {});
  }
}
