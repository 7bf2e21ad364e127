/**
 * First come first served within a tenant, turn by turn between tenants, so that one tenant's thousand waiting
 * executions delay another's single one by one place only.
 */
export class FairQueue<Item extends { readonly tenant: string }> {
  /** Tenants in the order of their turns; a Map keeps insertion order. */
  readonly #queues = new Map<string, Set<Item>>();

  get size(): number {
    let size = 0;
    for (const queue of this.#queues.values()) size += queue.size;
    return size;
  }

  add(item: Item): void {
    const queue = this.#queues.get(item.tenant);
    if (queue) queue.add(item);
    else this.#queues.set(item.tenant, new Set([item]));
  }

  delete(item: Item): void {
    const queue = this.#queues.get(item.tenant);
    queue?.delete(item);
    if (queue?.size === 0) this.#queues.delete(item.tenant);
  }

  /** What comes next of a tenant. */
  firstOf(tenant: string): Item | undefined {
    const [item] = this.#queues.get(tenant) ?? [];
    return item;
  }

  /** The tenants that wait, in the order of their turns. */
  tenants(): string[] {
    return [...this.#queues.keys()];
  }

  /** Puts a tenant that had its turn behind the others. */
  rotate(tenant: string): void {
    const queue = this.#queues.get(tenant);
    if (!queue) return;
    this.#queues.delete(tenant);
    this.#queues.set(tenant, queue);
  }

  /** Takes everything out. */
  drain(): Item[] {
    const items = [...this.#queues.values()].flatMap((queue) => [...queue]);
    this.#queues.clear();
    return items;
  }
}
