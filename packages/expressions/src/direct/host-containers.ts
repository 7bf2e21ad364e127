import { copyPlainData } from "@skerry/sandbox/bridges";

/** Objects and arrays of the host that a result would contain. They are replaced by copies, as a bridge gives them. */
export class HostContainers {
  readonly #places: { readonly holder: object; readonly key: PropertyKey }[] = [];
  readonly #values: object[] = [];

  /** @param holder An object that the evaluation made. */
  add(holder: object, key: PropertyKey, value: object): void {
    this.#places.push({ holder, key });
    this.#values.push(value);
  }

  /** Puts copies in their places. @returns false where JSON does not say all of them: dates, cycles, NaN … */
  replace(): boolean {
    if (this.#values.length === 0) return true;
    const copies = copyPlainData(this.#values);
    if (copies === undefined) return false;
    for (const [index, { holder, key }] of this.#places.entries()) Reflect.set(holder, key, copies[index]);
    return true;
  }
}
