const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
/** What follows of a string after so many bytes is searched by native code: slow to begin, quick to go on. */
const NEAR_BYTES = 128;

/** Whether JSON text nests deeper than `limit`, told from its bytes alone, before anyone parses it. */
export function isDeeperThan(json: Uint8Array, limit: number): boolean {
  let depth = 0;
  for (let index = 0; index < json.length; index++) {
    const byte = json[index];
    if (byte === QUOTE) {
      index = findStringEnd(json, index);
    } else if (byte === OPEN_BRACKET || byte === OPEN_BRACE) {
      if (++depth > limit) return true;
    } else if (byte === CLOSE_BRACKET || byte === CLOSE_BRACE) {
      depth--;
    }
  }
  return false;
}

/** Where the string ends that starts at a quote, or the text if it does not end. */
function findStringEnd(json: Uint8Array, start: number): number {
  let index = start + 1;
  while (index < json.length) {
    for (const near = index + NEAR_BYTES; index < near; index++) {
      const byte = json[index];
      if (byte === QUOTE) return index;
      if (byte === BACKSLASH) index++;
    }
    const quote = json.indexOf(QUOTE, index);
    if (quote < 0) break;
    if (!isEscaped(json, quote, index)) return quote;
    index = quote + 1;
  }
  return json.length;
}

/** Whether an odd number of backslashes stands before a byte; none before `from` counts. */
function isEscaped(json: Uint8Array, at: number, from: number): boolean {
  let first = at;
  while (first > from && json[first - 1] === BACKSLASH) first--;
  return (at - first) % 2 === 1;
}
