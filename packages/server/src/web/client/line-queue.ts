/** Lines that wait for their turn to be shown. */
export interface LineQueue<Line> {
  readonly size: number;
  add(lines: readonly Line[]): void;
  /** Takes the oldest lines, as many as are shown at once. */
  take(): Line[];
}

/** More at once would be felt while typing. */
const BATCH_LINES = 500;

/**
 * A queue that keeps no more lines than are shown at all: of a flood the oldest would be gone from the page before
 * anybody saw them, so they never come into it.
 */
export function createLineQueue<Line>(maxLines: number): LineQueue<Line> {
  let waiting: Line[] = [];
  return {
    get size() {
      return waiting.length;
    },
    add(lines) {
      waiting = [...waiting, ...lines].slice(-maxLines);
    },
    take() {
      const batch = waiting.slice(0, BATCH_LINES);
      waiting = waiting.slice(BATCH_LINES);
      return batch;
    },
  };
}
