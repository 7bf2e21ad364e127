/** Longer names are not compared: the cost is the product of the lengths. */
const MAX_NAME_CHARS = 40;

/** Of some names the one that somebody who wrote another may have meant. */
export function findSimilar(written: string, names: Iterable<string>): string | undefined {
  let best: { readonly name: string; readonly distance: number } | undefined;
  if (written.length > MAX_NAME_CHARS) return undefined;
  const most = Math.floor(written.length / 3);
  for (const name of names) {
    if (name === written || Math.abs(name.length - written.length) > most) continue;
    const distance = name.toLowerCase() === written.toLowerCase() ? 0 : countEdits(written, name);
    if (distance <= most && (best === undefined || distance < best.distance)) best = { name, distance };
  }
  return best?.name;
}

/** Levenshtein's distance, with two letters that changed places as one edit. */
function countEdits(one: string, other: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row++) {
    const current = [row];
    for (let column = 1; column <= other.length; column++) {
      const isSame = one[row - 1] === other[column - 1];
      let edits = Math.min(
        (last[column] as number) + 1,
        (current[column - 1] as number) + 1,
        (last[column - 1] as number) + (isSame ? 0 : 1),
      );
      const isSwapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      if (row > 1 && column > 1 && isSwapped) edits = Math.min(edits, (beforeLast[column - 2] as number) + 1);
      current.push(edits);
    }
    beforeLast = last;
    last = current;
  }
  return last[other.length] as number;
}
