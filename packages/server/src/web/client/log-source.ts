import { createEventParser } from "./event-stream.ts";
import { leadToSignIn } from "./session.ts";

/** A line as REST gives it; `time` in RFC 3339. */
export interface LogLine {
  readonly seq: number;
  readonly level: string;
  readonly time: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>> | null;
}

export interface LogSourceOptions {
  readonly url: string;
  readonly tenant: string | undefined;
  /** Number of the last line that is known, if any. */
  readonly after: string | undefined;
  readonly signal: AbortSignal;
  onLines(lines: readonly LogLine[]): void;
}

const RECONNECT_MS = 1_000;
const MAX_RECONNECT_MS = 30_000;

/**
 * Follows the log of an execution to its end, over as many connections as it takes: each goes on after the last line
 * that came. @returns the status in which the execution ended; undefined where the log may not be read any more.
 * @throws the reason of `signal`.
 */
export async function followLog(options: LogSourceOptions): Promise<string | undefined> {
  const { signal } = options;
  let { after } = options;
  let pauseMs = RECONNECT_MS;
  for (;;) {
    try {
      const response = await open(options, after);
      if (response.status === 401) leadToSignIn();
      if (response.status >= 400 && response.status < 500 && response.status !== 429) return undefined;
      for await (const { lines, status } of readNews(response)) {
        pauseMs = RECONNECT_MS;
        after = lines.at(-1)?.seq.toString() ?? after;
        options.onLines(lines);
        if (status !== undefined) return status;
      }
    } catch (error) {
      signal.throwIfAborted();
      // By the Fetch Standard a connection that broke is a TypeError.
      if (!(error instanceof TypeError)) throw error;
    }
    await pause(pauseMs, signal);
    pauseMs = Math.min(pauseMs * 2, MAX_RECONNECT_MS);
  }
}

function open({ url, tenant, signal }: LogSourceOptions, after: string | undefined): Promise<Response> {
  const headers = new Headers({ accept: "text/event-stream" });
  if (tenant !== undefined) headers.set("skerry-tenant", tenant);
  if (after !== undefined) headers.set("last-event-id", after);
  return fetch(url, { headers, signal });
}

interface LogNews {
  readonly lines: readonly LogLine[];
  readonly status: string | undefined;
}

/** What each piece of the stream brings. */
async function* readNews({ ok, body }: Response): AsyncGenerator<LogNews, void> {
  if (!ok || body === null) return;
  const parse = createEventParser();
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const events = parse(value);
      const lines = events
        .filter(({ type }) => type === "log")
        .map(({ data }) => JSON.parse(data) as LogLine);
      const end = events.find(({ type }) => type === "end");
      yield { lines, status: end && (JSON.parse(end.data) as { status: string }).status };
    }
  } finally {
    // Of a connection that broke there is nothing left to cancel.
    await reader.cancel().catch(() => {});
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    });
  });
}
