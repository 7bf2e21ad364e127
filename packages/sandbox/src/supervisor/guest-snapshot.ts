/**
 * The V8 snapshot from which runners with the same guest bundle start their isolates. The first runner makes it before
 * it can have been given work, and the others are sent it, because making one takes more CPU time than all else that a
 * runner does of its own to become ready.
 */
export class GuestSnapshot {
  #bytes: Uint8Array | undefined;

  /** Undefined until a runner has made one. */
  get bytes(): Uint8Array | undefined {
    return this.#bytes;
  }

  /** Keeps a copy, unless there is one already. */
  keep(bytes: Uint8Array): void {
    this.#bytes ??= Uint8Array.from(bytes);
  }

  /** The next runner makes it anew. */
  forget(): void {
    this.#bytes = undefined;
  }
}
