/** A text to be found, of at least {@link MIN_PATTERN_LENGTH} characters, and what stands for it afterwards. */
export interface Pattern {
  readonly text: string;
  readonly replacement: string;
}

/** Finds many texts in one pass. */
export interface TextMatcher {
  /** Characters that it holds. */
  readonly size: number;
  /** Replaces the leftmost and longest of what it finds, again and again. @returns `text` itself when there is nothing. */
  replace(text: string): string;
}

/** Patterns that begin alike, in the order of their texts. */
interface Entry {
  readonly beginning: string;
  readonly patterns: readonly Pattern[];
  /** The longest beginning that this one begins with. */
  readonly shorter: Entry | undefined;
}

export const MIN_PATTERN_LENGTH = 4;

/**
 * How much of a pattern decides whether it is there. What follows is taken along as far as it agrees, so that the
 * beginning of a long secret is replaced too.
 */
const DECIDING_LENGTH = 64;

/**
 * Sorted lists instead of a regular expression: patterns may be tens of thousands of characters long, and whatever
 * pattern and text are, a place in the text costs two binary searches at most. Nearly all places cost a look into a
 * table of the patterns' first four characters.
 */
export function createTextMatcher(patterns: Iterable<Pattern>): TextMatcher {
  const sorted = [...patterns].toSorted((one, other) => compare(one.text, other.text));
  const entries = groupByBeginning(sorted);
  const isStart = createStartTable(sorted);

  return {
    size: sorted.reduce((sum, { text }) => sum + text.length, 0),
    replace(text) {
      const parts: string[] = [];
      let copied = 0;
      let ahead = hashStart(text, 0);
      for (let start = 0; start + MIN_PATTERN_LENGTH <= text.length; start += 1) {
        const hash = ahead;
        ahead = moveStart(hash, text, start + MIN_PATTERN_LENGTH);
        if (isStart[hash] === 0) continue;
        const match = findLongest(entries, text, start);
        if (match === undefined) continue;
        parts.push(text.slice(copied, start), match.replacement);
        copied = match.end;
        start = match.end - 1;
        ahead = hashStart(text, match.end);
      }
      return copied === 0 ? text : parts.join("") + text.slice(copied);
    },
  };
}

/** Each of four characters has four bits in it, and drops out by itself when four others came. */
const HASH_MASK = 0xff_ff;

function moveStart(hash: number, text: string, index: number): number {
  const code = text.charCodeAt(index);
  return ((hash << 4) ^ code ^ (code >> 4)) & HASH_MASK;
}

function hashStart(text: string, start: number): number {
  let hash = 0;
  for (let index = start; index < start + MIN_PATTERN_LENGTH; index += 1) hash = moveStart(hash, text, index);
  return hash;
}

function createStartTable(patterns: readonly Pattern[]): Uint8Array {
  const table = new Uint8Array(HASH_MASK + 1);
  for (const { text } of patterns) table[hashStart(text, 0)] = 1;
  return table;
}

/** A beginning stands before all that begin with it. */
function groupByBeginning(sorted: readonly Pattern[]): Entry[] {
  const entries: Entry[] = [];
  for (const [beginning, patterns] of Map.groupBy(sorted, ({ text }) => text.slice(0, DECIDING_LENGTH))) {
    let shorter = entries.at(-1);
    while (shorter !== undefined && !beginning.startsWith(shorter.beginning)) shorter = shorter.shorter;
    entries.push({ beginning, patterns, shorter });
  }
  return entries;
}

interface Match {
  readonly end: number;
  readonly replacement: string;
}

function findLongest(entries: readonly Entry[], text: string, start: number): Match | undefined {
  const here = text.slice(start, start + DECIDING_LENGTH);
  // All beginnings that stand here are this last one up to `here`, or beginnings of it.
  let entry = entries[countUpTo(entries, ({ beginning }) => beginning, here) - 1];
  while (entry !== undefined && !here.startsWith(entry.beginning)) entry = entry.shorter;
  return entry && extend(entry, text, start);
}

/** Of sorted texts those that agree with another one for longest stand beside it. */
function extend({ beginning, patterns }: Entry, text: string, start: number): Match {
  const place = countUpTo(patterns, (pattern) => pattern.text, text.slice(start));
  const matches = patterns.slice(Math.max(0, place - 1), place + 1).map((pattern) => ({
    end: start + agreement(pattern.text, text, start, beginning.length),
    replacement: pattern.replacement,
  }));
  return matches.reduce((longest, match) => (match.end > longest.end ? match : longest));
}

/** How many of the sorted items are not behind `text` in the order. */
function countUpTo<Item>(items: readonly Item[], textOf: (item: Item) => string, text: string): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (textOf(items[middle] as Item) <= text) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many characters of the pattern stand at `start`, of which `known` do. */
function agreement(pattern: string, text: string, start: number, known: number): number {
  let length = known;
  while (length < pattern.length && pattern.charCodeAt(length) === text.charCodeAt(start + length)) {
    length += 1;
  }
  return length;
}

/** By code units, as `<` does. */
function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
