import type { Operations } from "./generated/types.ts";
import { followLogs } from "./log-events.ts";
import type { FollowOptions, LogEvent } from "./log-events.ts";
import { createOperations } from "./operations.ts";
import { createTransport } from "./transport.ts";
import type { ClientOptions } from "./transport.ts";

/** Skerry's REST API: `client.scripts.create(…)` and so on, one method for each operation. */
export interface Client extends Omit<Operations, "executions"> {
  readonly executions: Operations["executions"] & LogFollower;
}

export interface LogFollower {
  /**
   * Follows what an execution logs, live, until it has ended; the last event tells its status. Connections that break
   * are made again, and no line is lost or given twice.
   *
   * @throws SkerryClientError `EXECUTION_NOT_FOUND`, `CONCURRENCY_LIMIT` or those of every request, while iterating.
   */
  follow(execution: string, options?: FollowOptions): AsyncGenerator<LogEvent, void>;
}

/** Makes a client. It holds no connections and needs no closing. */
export function createClient(options: ClientOptions = {}): Client {
  const send = createTransport(options);
  const operations = createOperations(send);
  const follow: LogFollower["follow"] = (execution, wishes) => followLogs(send, execution, wishes);
  return { ...operations, executions: { ...operations.executions, follow } };
}
