/** Typing errors further away than this are another word. */
const MAX_DISTANCE = 2;

/** The one of `words` that was probably meant by a mistyped one. @returns undefined where none is near. */
export function findClosestWord(mistyped: string, words: Iterable<string>): string | undefined {
  let closest: string | undefined;
  let least = Math.min(MAX_DISTANCE, Math.floor(mistyped.length / 2)) + 1;
  for (const word of words) {
    if (Math.abs(word.length - mistyped.length) >= least) continue;
    const distance = measureDistance(mistyped.toLowerCase(), word.toLowerCase());
    if (distance >= least) continue;
    least = distance;
    closest = word;
  }
  return closest;
}

/**
 * How many letters must be put in, taken out, replaced or swapped with their neighbour to make one word of the other:
 * the optimal string alignment distance, row by row.
 */
function measureDistance(from: string, to: string): number {
  let previous: number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const replaced = at(row, j - 1) + (from[i - 1] === to[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      const swapped = isSwap ? at(previous, j - 2) + 1 : Infinity;
      next.push(Math.min(at(row, j) + 1, at(next, j - 1) + 1, replaced, swapped));
    }
    previous = row;
    row = next;
  }
  return at(row, to.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}
