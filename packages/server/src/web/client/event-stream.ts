/** One server-sent event. */
export interface StreamEvent {
  readonly type: string;
  readonly data: string;
  readonly id: string | undefined;
}

/**
 * Makes events of the pieces of a stream, in which one may end anywhere
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation).
 * Each line of ours ends with a line feed, and each event has one line of data.
 */
export function createEventParser(): (piece: string) => StreamEvent[] {
  let rest = "";
  return (piece) => {
    const blocks = (rest + piece).split("\n\n");
    rest = blocks.pop() ?? "";
    return blocks.map(parseEvent).filter((event) => event !== undefined);
  };
}

/** @returns undefined for comments and what else has no data. */
function parseEvent(block: string): StreamEvent | undefined {
  const fields = new Map<string, string>();
  for (const line of block.split("\n")) {
    const colon = line.indexOf(":");
    fields.set(line.slice(0, colon), line.slice(colon + 1).trimStart());
  }
  const data = fields.get("data");
  return data === undefined
    ? undefined
    : { type: fields.get("event") ?? "message", data, id: fields.get("id") };
}
