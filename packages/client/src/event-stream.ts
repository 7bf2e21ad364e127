/** One server-sent event. */
export interface ServerEvent {
  readonly type: string;
  readonly data: string;
  /** Undefined for an event without an id of its own. */
  readonly id: string | undefined;
}

/**
 * Reads server-sent events out of a response's body
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation), to the end of the stream.
 * Lines that end with a carriage return alone are not known. Leaving the loop early closes the connection.
 */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent, void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      text += decoder.decode(value, { stream: true });
      const blocks = text.split(/\r?\n\r?\n/);
      text = blocks.pop() ?? "";
      for (const block of blocks) {
        const event = parseEvent(block);
        if (event !== undefined) yield event;
      }
    }
  } finally {
    // Of a connection that broke there is nothing left to cancel.
    await reader.cancel().catch(() => {});
  }
}

/** @returns undefined for comments and what else has no data. */
function parseEvent(block: string): ServerEvent | undefined {
  const fields: { type: string; id?: string; data?: string } = { type: "message" };
  for (const line of block.split(/\r?\n/)) {
    const [, name = "", value = ""] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (name === "event") fields.type = value;
    else if (name === "id") fields.id = value;
    else if (name === "data") fields.data = fields.data === undefined ? value : `${fields.data}\n${value}`;
  }
  const { type, id, data } = fields;
  return data === undefined ? undefined : { type, id, data };
}
