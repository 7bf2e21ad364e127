/** `order.created`: words out of small letters, digits, `_` and `-`, with dots between. */
export const EVENT_TYPE_PATTERN = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/;
/** Types and patterns of them, in characters. */
export const MAX_TYPE_LENGTH = 200;

/** One value under several patterns of event types. */
interface Entry<Value> {
  readonly patterns: readonly string[];
  readonly value: Value;
}

/** Finds what an event is for, at a cost that does not grow with what it is not for. */
export interface PatternTable<Value> {
  /** Each value once, whichever of its patterns fit, in the order of the entries. */
  match(type: string): readonly Value[];
}

interface Node {
  readonly words: Map<string, Node>;
  /** Places of the entries whose pattern ends here. */
  readonly ends: number[];
  /** Places of the entries whose pattern goes on here with `**`. */
  readonly rests: number[];
}

const ANY_WORD = "*";
const ANY_REST = "**";

/**
 * Makes a table of patterns: a word stands for itself, `*` for any one word, and `**`, at the end only, for any number
 * of words, none among them; so `order.**` also fits `order`.
 */
export function createPatternTable<Value>(entries: readonly Entry<Value>[]): PatternTable<Value> {
  const root = createNode();
  entries.forEach(({ patterns }, place) => {
    for (const pattern of patterns) addPattern(root, pattern.split("."), place);
  });
  return {
    match(type) {
      const places = new Set<number>();
      collect(root, type.split("."), places);
      return [...places]
        .toSorted((one, other) => one - other)
        .map((place) => (entries[place] as Entry<Value>).value);
    },
  };
}

function addPattern(root: Node, words: readonly string[], place: number): void {
  let node = root;
  for (const word of words) {
    if (word === ANY_REST) {
      node.rests.push(place);
      return;
    }
    let next = node.words.get(word);
    if (next === undefined) node.words.set(word, (next = createNode()));
    node = next;
  }
  node.ends.push(place);
}

/** Level by level: the nodes of a level are at most as many as there are patterns, however many `*` they hold. */
function collect(root: Node, words: readonly string[], places: Set<number>): void {
  let level = [root];
  for (const word of words) {
    for (const { rests } of level) for (const place of rests) places.add(place);
    level = level.flatMap((node) =>
      [node.words.get(word), node.words.get(ANY_WORD)].filter((next) => next !== undefined),
    );
    if (level.length === 0) return;
  }
  for (const { rests, ends } of level) for (const place of [...rests, ...ends]) places.add(place);
}

function createNode(): Node {
  return { words: new Map(), ends: [], rests: [] };
}
