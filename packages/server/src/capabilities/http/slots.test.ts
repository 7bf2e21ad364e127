import { describe, expect, test } from "vitest";
import { createSlots } from "./slots.ts";

const NEVER = new AbortController().signal;

describe("slots", () => {
  test("go out in the order they were asked for, and come back once", async () => {
    const slots = createSlots(1, 10);
    const first = await slots.acquire(NEVER);
    const order: string[] = [];
    const waiting = ["a", "b"].map(async (name) => {
      using _slot = await slots.acquire(NEVER);
      order.push(name);
    });
    expect(slots.idle).toBe(false);
    first[Symbol.dispose]();
    first[Symbol.dispose]();
    await Promise.all(waiting);
    expect(order).toEqual(["a", "b"]);
    expect(slots.idle).toBe(true);
  });

  test("one that gave up does not get a slot, and the line has an end", async () => {
    const slots = createSlots(1, 1);
    const first = await slots.acquire(NEVER);
    const impatient = new AbortController();
    const waiting = slots.acquire(impatient.signal);
    await expect(slots.acquire(NEVER)).rejects.toMatchObject({ code: "HTTP_BUSY" });
    impatient.abort(new Error("gave up"));
    await expect(waiting).rejects.toThrow("gave up");
    first[Symbol.dispose]();
    expect(slots.idle).toBe(true);
  });
});
