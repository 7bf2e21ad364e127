/**
 * Puts values into the places in braces of a path, in their order.
 *
 * @throws TypeError for a value that would lead to another path: none at all, an empty one, `.` or `..`, which no
 * encoding saves from being resolved (URL Standard, double-dot path segment).
 */
export function writePath(template: string, values: readonly unknown[]): string {
  let used = 0;
  return template.replaceAll(/\{(\w+)\}/g, (_place, name: string) => {
    const value = values[used];
    used += 1;
    const isText = typeof value === "string" || typeof value === "number";
    if (!isText || /^\.{0,2}$/.test(String(value))) {
      throw new TypeError(`${template} takes the id or name of a ${name}, not ${JSON.stringify(value)}.`);
    }
    return encodeURIComponent(String(value).toWellFormed());
  });
}
