import { setTimeout as sleep } from "node:timers/promises";
import type { RestAddress } from "../chaos/rest.ts";
import { createEventParser } from "../../src/web/client/event-stream.ts";

/** What a listener heard of one execution, over however many connections. */
export interface HeardLogs {
  readonly messages: readonly string[];
  readonly status: string;
  readonly connections: number;
}

const RECONNECT_MS = 1_000;
const CONNECTIONS_MOST = 20;
const STREAM_MS = 60_000;

/**
 * Follows an execution's log to its end, as an `EventSource` does: a stream that ends before is asked for again, from
 * the last line that was heard.
 *
 * @throws Error for an answer that is no stream, and for a stream that is cut instead of ended.
 */
export async function followLogs({ url, key }: RestAddress, executionId: string): Promise<HeardLogs> {
  const messages: string[] = [];
  let lastId: string | undefined;
  for (let connections = 1; connections <= CONNECTIONS_MOST; connections++) {
    const response = await fetch(`${url}/api/v1/executions/${executionId}/logs`, {
      headers: {
        authorization: `Bearer ${key}`,
        accept: "text/event-stream",
        ...(lastId === undefined ? {} : { "last-event-id": lastId }),
      },
      signal: AbortSignal.timeout(STREAM_MS),
    });
    if (!response.ok || response.body === null) throw new Error(`the log answered ${response.status}`);
    const parse = createEventParser();
    for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
      for (const { type, id, data } of parse(piece)) {
        const told = JSON.parse(data) as { readonly message: string; readonly status: string };
        if (type === "end") return { messages, status: told.status, connections };
        if (type === "log") messages.push(told.message);
        lastId = id ?? lastId;
      }
    }
    await sleep(RECONNECT_MS);
  }
  throw new Error(`the log of ${executionId} did not come to its end`);
}
