import type { LogFeed, LogNews } from "./log-feed.ts";

const RECONNECT_MS = 1_000;

const HEADERS = {
  "content-type": "text/event-stream",
  "cache-control": "no-store",
  // nginx would hold events back until its buffer is full.
  "x-accel-buffering": "no",
};

/**
 * Answers with the feed as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html): one
 * `log` event per line, its number as the id, `progress` when some was told, then `end` with the execution's status. A stream that ends without `end`
 * is to be resumed with `Last-Event-ID`.
 */
export function streamLogs(feed: LogFeed): Response {
  const encoder = new TextEncoder();
  let isCancelled = false;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(encoder.encode(`retry: ${RECONNECT_MS}\n\n`));
    },
    async pull(controller) {
      const news = await feed.next();
      if (isCancelled) return;
      if (news !== undefined) return controller.enqueue(encoder.encode(writeEvents(news)));
      feed[Symbol.dispose]();
      controller.close();
    },
    cancel() {
      isCancelled = true;
      feed[Symbol.dispose]();
    },
  });
  return new Response(body, { headers: HEADERS });
}

/** JSON holds no line break, so each event's data is one line. */
function writeEvents(news: LogNews): string {
  if ("status" in news) return `event: end\ndata: ${JSON.stringify(news)}\n\n`;
  if ("progress" in news) return `event: progress\ndata: ${JSON.stringify(news.progress)}\n\n`;
  if (news.lines.length === 0) return ": still running\n\n";
  return news.lines.map((line) => `event: log\nid: ${line.seq}\ndata: ${JSON.stringify(line)}\n\n`).join("");
}
