import { describe, expect, test } from "vitest";
import { FairQueue } from "./fair-queue.ts";

interface Item {
  readonly tenant: string;
  readonly depth: number;
  readonly number: number;
}

/** Takes what is next, tenant by tenant, until nothing is left. */
function serveAll(queue: FairQueue<Item>): string[] {
  const order: string[] = [];
  while (queue.size > 0) {
    const [tenant] = queue.tenants() as [string];
    const item = queue.firstOf(tenant) as Item;
    queue.delete(item);
    queue.rotate(tenant);
    order.push(`${item.tenant}${item.number}`);
  }
  return order;
}

describe("FairQueue", () => {
  test("serves tenants in turns and each tenant in order", () => {
    const queue = new FairQueue<Item>();
    for (let number = 1; number <= 4; number++) queue.add({ tenant: "a", depth: 0, number });
    queue.add({ tenant: "b", depth: 0, number: 1 });
    queue.add({ tenant: "c", depth: 0, number: 1 });
    queue.add({ tenant: "b", depth: 0, number: 2 });
    expect(queue.size).toBe(7);
    expect(serveAll(queue)).toEqual(["a1", "b1", "c1", "a2", "b2", "a3", "a4"]);
  });

  test("serves what others wait for before them", () => {
    const queue = new FairQueue<Item>();
    for (const [number, depth] of [0, 1, 0, 2, 1].entries()) queue.add({ tenant: "a", depth, number });
    expect(serveAll(queue)).toEqual(["a3", "a1", "a4", "a0", "a2"]);
  });

  test("forgets what is deleted, and tenants without anything", () => {
    const queue = new FairQueue<Item>();
    const item = { tenant: "a", depth: 0, number: 1 };
    queue.delete(item);
    queue.add(item);
    queue.delete(item);
    queue.rotate("a");
    expect([queue.size, queue.tenants(), queue.firstOf("a")]).toEqual([0, [], undefined]);
  });

  test("gives everything out when it is drained", () => {
    const queue = new FairQueue<Item>();
    const items = ["a", "b", "a"].map((tenant, number) => ({ tenant, depth: number, number }));
    for (const item of items) queue.add(item);
    expect(queue.drain()).toHaveLength(3);
    expect(queue.size).toBe(0);
  });
});
