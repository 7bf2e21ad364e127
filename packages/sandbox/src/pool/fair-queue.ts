/**
 * Turn by turn between tenants, so that one tenant's thousand waiting executions delay another's single one by one place
 * only. Within a tenant the deepest come first, since others wait for them; of one depth, first come first served.
 */
export class FairQueue<Item extends { readonly tenant: string; readonly depth?: number | undefined }> {
  /** Tenants in the order of their turns, each with what waits at each depth; a Map and a Set keep insertion order. */
  readonly #queues = new Map<string, Set<Item>[]>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(item: Item): void {
    const { tenant, depth = 0 } = item;
    const queue = this.#queues.get(tenant) ?? [];
    this.#queues.set(tenant, queue);
    while (queue.length <= depth) queue.push(new Set());
    queue[depth]?.add(item);
    this.#size++;
  }

  delete(item: Item): void {
    const { tenant, depth = 0 } = item;
    const queue = this.#queues.get(tenant);
    if (!queue?.[depth]?.delete(item)) return;
    this.#size--;
    while (queue.at(-1)?.size === 0) queue.pop();
    if (queue.length === 0) this.#queues.delete(tenant);
  }

  /** What comes next of a tenant. */
  firstOf(tenant: string): Item | undefined {
    const [item] = this.#queues.get(tenant)?.at(-1) ?? [];
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
    const items = [...this.#queues.values()].flatMap((queue) => queue.flatMap((set) => [...set]));
    this.#queues.clear();
    this.#size = 0;
    return items;
  }
}
