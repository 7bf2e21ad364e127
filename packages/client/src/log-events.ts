import { SkerryClientError } from "./errors.ts";
import { readEvents } from "./event-stream.ts";
import type { ExecutionEnd, ExecutionLog, ExecutionProgress } from "./generated/types.ts";
import { writePath } from "./path.ts";
import { pause } from "./pause.ts";
import type { RequestOptions, Send } from "./transport.ts";

/** What a followed execution logs and tells of its progress, and at last how it ended. */
export type LogEvent =
  | { readonly type: "log"; readonly line: ExecutionLog }
  | { readonly type: "progress"; readonly progress: ExecutionProgress }
  | { readonly type: "end"; readonly status: ExecutionEnd["status"] };

export interface FollowOptions extends RequestOptions {
  /** Begins after the line with this `seq`. Default: with the first line. */
  readonly after?: number;
}

const RECONNECT_MS = 1_000;

/**
 * Follows the logs of an execution live, over as many connections as it takes: each goes on after the last line that
 * arrived. Ends after the event of type `end`.
 */
export async function* followLogs(
  send: Send,
  execution: string,
  { after, ...options }: FollowOptions = {},
): AsyncGenerator<LogEvent, void> {
  const path = writePath("/executions/{execution}/logs", [execution]);
  let lastId = after?.toString();
  for (;;) {
    const resumption = lastId === undefined ? {} : { "last-event-id": lastId };
    const headers = { accept: "text/event-stream", ...resumption };
    const body = await send({ method: "GET", path, headers, options }, readStream);
    try {
      for await (const { type, id, data } of readEvents(body)) {
        lastId = id ?? lastId;
        if (type === "log") yield { type, line: JSON.parse(data) as ExecutionLog };
        if (type === "progress") yield { type, progress: JSON.parse(data) as ExecutionProgress };
        if (type !== "end") continue;
        yield { type, status: (JSON.parse(data) as ExecutionEnd).status };
        return;
      }
    } catch (error) {
      options.signal?.throwIfAborted();
      // By the Fetch Standard a connection that broke is a TypeError.
      if (!(error instanceof TypeError)) throw error;
    }
    await pause(RECONNECT_MS, options.signal);
  }
}

function readStream({ status, url, body }: Response): Promise<ReadableStream<Uint8Array>> {
  if (body !== null) return Promise.resolve(body);
  throw new SkerryClientError("ANSWER_INVALID", `${url} answered without a stream.`, status);
}
