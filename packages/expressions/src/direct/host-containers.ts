import { copyPlainData } from "@skerry/sandbox/bridges";

/** Objects and arrays of the host that a result would contain. They are replaced by copies, as a bridge gives them. */
export class HostContainers {
  readonly #values: object[] = [];
  /** Where each of them stands. */
  readonly #holders: object[] = [];
  readonly #keys: PropertyKey[] = [];

  /** @param holder An object that the evaluation made. */
  add(holder: object, key: PropertyKey, value: object): void {
    this.#values.push(value);
    this.#holders.push(holder);
    this.#keys.push(key);
  }

  /** Puts copies in their places. @returns false where they are not plain: dates, holes, cycles … */
  replace(): boolean {
    if (this.#values.length === 0) return true;
    const copies = copyPlainData(this.#values);
    if (copies === undefined) return false;
    for (let index = 0; index < copies.length; index++) {
      Reflect.set(this.#holders[index] as object, this.#keys[index] as PropertyKey, copies[index]);
    }
    return true;
  }
}
