/**
 * What all paths of this installation begin with, such as `/skerry`; empty for none. Scripts know it by their own
 * address, which is `/assets/FOLDER/FILE` below it.
 */
export const BASE_PATH = new URL("../..", import.meta.url).pathname.slice(0, -1);

/** What to ask for to reach a path of the installation. */
export function linkTo(path: string): string {
  return BASE_PATH + path;
}
