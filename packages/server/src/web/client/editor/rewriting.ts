/** A part of a text and what takes its place; offsets in UTF-16 code units, `end` exclusive. */
export interface Rewriting {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * What has to be done with a text for it to have what the server rewrote of the one that it was sent, be it that somebody
 * wrote on meanwhile.
 *
 * @returns undefined where somebody wrote in just that part: that counts.
 */
export function findRewriting(current: string, sent: string, rewritten: string): Rewriting | undefined {
  const shortest = Math.min(sent.length, rewritten.length);
  let start = 0;
  while (start < shortest && sent[start] === rewritten[start]) start += 1;
  let rest = 0;
  while (rest < shortest - start && sent.at(-1 - rest) === rewritten.at(-1 - rest)) rest += 1;
  const end = sent.length - rest;
  const text = rewritten.slice(start, rewritten.length - rest);
  // What was written right beside it may belong to it.
  if (current.startsWith(sent.slice(0, end + 1))) return { start, end, text };
  if (!current.endsWith(sent.slice(Math.max(0, start - 1)))) return undefined;
  const shift = current.length - sent.length;
  return { start: start + shift, end: end + shift, text };
}
