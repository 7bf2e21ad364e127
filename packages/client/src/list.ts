/** One page of a list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** `cursor` of the next page; null on the last one. */
  readonly nextCursor: string | null;
}

/**
 * A list: awaited it is its first page, iterated over it is every item of every page, each page asked for when it is
 * needed.
 */
export type List<Item> = Promise<Page<Item>> & AsyncIterable<Item>;

/** @param load Asks for the page of a cursor; of undefined for the first one. */
export function createList<Item>(load: (cursor?: string) => Promise<Page<Item>>): List<Item> {
  const first = load();
  return Object.assign(first, { [Symbol.asyncIterator]: () => walk(first, load) });
}

async function* walk<Item>(
  first: Promise<Page<Item>>,
  load: (cursor: string) => Promise<Page<Item>>,
): AsyncGenerator<Item, void> {
  let page = await first;
  yield* page.items;
  while (page.nextCursor !== null) {
    page = await load(page.nextCursor);
    yield* page.items;
  }
}
